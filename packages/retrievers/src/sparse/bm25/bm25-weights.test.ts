import fc from 'fast-check';
import { expect, it } from 'vitest';
import { averageLength, impactOf, inverseDocumentFrequency, inverseNorms } from './bm25-weights.js';
import { decodeLength } from './length-code.js';

const codes = fc.integer({ min: 1, max: 255 });
const frequencies = fc.integer({ min: 1, max: 2 ** 31 });
const constants = fc.record({
  k1: fc.float({ min: 0, max: 1000, noNaN: true }),
  b: fc.float({ min: 0, max: 1, noNaN: true }),
});

it('is the formula of the textbook, to the precision of float32', () => {
  fc.assert(
    fc.property(constants, codes, fc.integer({ min: 1, max: 1000 }), ({ k1, b }, code, tf) => {
      const average = 100;
      const impact = impactOf(1, tf, inverseNorms({ k1, b }, average)[code] ?? 0);
      const expected = tf / (tf + k1 * (1 - b + (b * decodeLength(code)) / average));
      expect(Math.abs(impact - expected)).toBeLessThan(4e-7);
    }),
    { numRuns: 1000 },
  );
});

it('never gives a posting nothing, nor more than its weight', () => {
  fc.assert(
    fc.property(constants, codes, frequencies, (each, code, tf) => {
      const impact = impactOf(3, tf, inverseNorms(each, Math.fround(1.5))[code] ?? 0);
      expect(impact).toBeGreaterThan(0);
      expect(impact).toBeLessThanOrEqual(3);
    }),
  );
  // 255 is 2 x 10^9 terms: what float32 leaves of such a posting is 0.
  expect(impactOf(3, 1, inverseNorms({ k1: 1000, b: 1 }, 1)[255] ?? 0)).toBeGreaterThan(0);
});

it('grows with the frequency and falls with the length', () => {
  const norms = inverseNorms({ k1: Math.fround(1.2), b: 0.75 }, 50);
  for (let code = 1; code < 255; code++) {
    for (let tf = 1; tf < 20; tf++) {
      const impact = impactOf(2, tf, norms[code] ?? 0);
      expect(impactOf(2, tf + 1, norms[code] ?? 0)).toBeGreaterThanOrEqual(impact);
      expect(impactOf(2, tf, norms[code + 1] ?? 0)).toBeLessThanOrEqual(impact);
    }
  }
});

it('gives every term a weight above 0, the rarer the more', () => {
  for (const documents of [1, 2, 1000, 10_000_000]) {
    const everywhere = inverseDocumentFrequency(documents, documents);
    expect(everywhere).toBeGreaterThan(0);
    expect(inverseDocumentFrequency(documents, 1)).toBeGreaterThanOrEqual(everywhere);
  }
});

it('has no average where there are no documents', () => {
  expect(averageLength({ documents: 0, tokens: 0 })).toBe(0);
});
