import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lidMle } from './lid-mle.js';

const ascending = fc
  .array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 2, maxLength: 150 })
  .map((values) => Float32Array.from(values).sort());

describe('lidMle', () => {
  it.each([
    // Distances of a line's points 1 to 4: ln 4 + ln 2 + ln(4/3) + 0 = ln(32/3), over 4.
    { why: 'a line', distances: [1, 2, 3, 4], expected: 4 / Math.log(32 / 3) },
    { why: 'one distance halves the other', distances: [1, 2], expected: 2 / Math.log(2) },
    { why: 'zeros are left out', distances: [0, 0, 0, 1, 2], expected: 2 / Math.log(2) },
    { why: 'nothing but zeros', distances: [0, 0], expected: 0 },
    { why: 'nothing', distances: [], expected: 0 },
    { why: 'all equal', distances: [3, 3, 3], expected: Number.POSITIVE_INFINITY },
  ])('$why', ({ distances, expected }) => expect(lidMle(Float32Array.from(distances))).toBeCloseTo(expected, 10));

  it('counts k neighbours, those at zero not among them', () => {
    expect(lidMle(Float32Array.of(0, 1, 2, 50, 70), 2)).toBe(lidMle(Float32Array.of(1, 2)));
  });

  it('does not depend on the unit of length', () => {
    fc.assert(
      fc.property(ascending, fc.constantFrom(2 ** -20, 0.25, 1024), (distances, factor) => {
        const scaled = distances.map((distance) => distance * factor);
        expect(lidMle(scaled)).toBe(lidMle(distances));
      }),
    );
  });

  it('is the exponent of a power law: squared distances halve it', () => {
    fc.assert(
      fc.property(ascending, (distances) => {
        const value = lidMle(distances);
        fc.pre(Number.isFinite(value) && value < 1e3);
        // Squares are rounded to float32, by one part in 2^24 each.
        expect(lidMle(distances.map((distance) => distance ** 2)) / value).toBeCloseTo(0.5, 3);
      }),
    );
  });

  it.each([
    { why: 'descending', distances: [2, 1], row: 1 },
    { why: 'negative', distances: [-1, 1], row: 0 },
    { why: 'NaN', distances: [1, Number.NaN], row: 1 },
    { why: 'infinite', distances: [1, 2, Number.POSITIVE_INFINITY], row: 2 },
  ])('refuses distances that are $why', ({ distances, row }) => {
    expect(() => lidMle(Float32Array.from(distances))).toThrow(
      expect.objectContaining({ code: 'SLUICE_INVALID_INPUT', row }),
    );
  });
});
