import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CharsMap } from './chars-map.js';

const file = fileURLToPath(new URL('../fixtures/families/xlm-roberta/tokenizer.json', import.meta.url));
const [precompiled] = JSON.parse(readFileSync(file, 'utf8')).normalizer.normalizers;
const compiled = new Uint8Array(Buffer.from(precompiled.precompiled_charsmap, 'base64'));

// Expected: what the `Precompiled` normalizer of Hugging Face's tokenizers 0.23 gives.
it.each([
  { why: 'one to many', text: '№5 • ½ ﬁne x²', expected: 'Nr.5 - 1⁄2 fine x2' },
  { why: 'many to one', text: 'cafe\u0301', expected: 'caf\u00e9' },
  { why: 'six bytes character by character', text: 'ﾊﾟ', expected: '\u30cf\u309a' },
  { why: 'a mark behind a pair that is in the map is lost', text: 'e\u0301\u0302x', expected: '\u00e9x' },
  { why: 'dropped, and made a blank', text: 'a\tb\r\nc\u200bd \u0007e', expected: 'a b c d e' },
  { why: 'not in the map', text: '👩‍🚀 漢字', expected: '👩 🚀 漢字' },
  { why: 'nothing', text: '', expected: '' },
])('maps $why', ({ text, expected }) => {
  expect(new CharsMap(compiled).normalize(text)).toBe(expected);
});

describe('a broken map', () => {
  it.each([0, 3, 100])('of %i bytes is refused', (length) => {
    expect(() => new CharsMap(compiled.slice(0, length))).toThrow(RangeError);
  });

  it('gives some text for any bytes behind a length that fits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 400 }), fc.string({ unit: 'binary' }), (bytes, text) => {
        new DataView(bytes.buffer).setUint32(0, Math.floor((bytes.length - 4) / 4) * 4, true);
        expect(typeof new CharsMap(bytes).normalize(text)).toBe('string');
      }),
    );
  });
});
