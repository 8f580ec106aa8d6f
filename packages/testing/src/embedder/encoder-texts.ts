import fc from 'fast-check';

/** Random texts: words, any Unicode, and lone surrogates. */
const anyText: fc.Arbitrary<string> = fc.oneof(
  fc
    .array(fc.constantFrom('red', 'green', 'harbour', 'light', 'of', 'the', '42', 'über', '海'), { maxLength: 12 })
    .map((words) => words.join(' ')),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.integer({ min: 0xd800, max: 0xdfff }).map((unit) => String.fromCharCode(unit)), maxLength: 3 }),
);

/** 1 to 8 texts of very different lengths: a batch that is padded. */
export const batches: fc.Arbitrary<string[]> = fc.array(anyText, { minLength: 1, maxLength: 8 });

/** Plain texts of growing length, for checks that need no surprise. */
export const plainTexts: readonly string[] = [
  'tides',
  'what makes the tides rise and fall',
  'The moon pulls the ocean, and the ocean answers twice a day.',
  'bread',
  'Yeast turns sugar into gas, and the gas lets the dough rise before it is baked into bread.',
];
