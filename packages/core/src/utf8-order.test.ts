import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareUtf8 } from './utf8-order.js';

/** Units on both sides of the surrogates are frequent, so that the order of UTF-16 would be seen. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('a', '\u07ff', '\u0800', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'),
  }),
);

it('is the order of the bytes', () => {
  fc.assert(
    fc.property(text, text, (left, right) => {
      expect(Math.sign(compareUtf8(left, right))).toBe(Buffer.compare(Buffer.from(left), Buffer.from(right)));
    }),
    { numRuns: 2000 },
  );
});

it('is zero for equal strings alone', () => {
  expect(compareUtf8('gate', 'gate')).toBe(0);
  expect(compareUtf8('', 'a')).toBeLessThan(0);
});
