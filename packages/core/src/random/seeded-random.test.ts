import { expect, it } from 'vitest';
import { seededRandom } from './seeded-random.js';

const drawn = (seed: number, count: number): number[] => Array.from({ length: count }, seededRandom(seed));

it('draws the same numbers from the same seed, and others from its neighbour', () => {
  expect(drawn(7, 100)).toEqual(drawn(7, 100));
  expect(drawn(7, 100).filter((value) => drawn(8, 100).includes(value))).toEqual([]);
});

it.each([0, -1, 2 ** 32 - 1, 2 ** 40 + 5])('draws evenly, one after the other and by pairs, from seed %d', (seed) => {
  const values = drawn(seed, 100_000);
  const bins = new Uint32Array(10);
  const pairs = new Uint32Array(100);
  for (const [at, value] of values.entries()) {
    const bin = Math.floor(value * 10);
    bins[bin] = (bins[bin] ?? 0) + 1;
    const pair = 10 * bin + Math.floor((values[at - 1] ?? 0) * 10);
    pairs[pair] = (pairs[pair] ?? 0) + 1;
  }
  expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  // Five standard deviations of binomials with means 10,000 and 1,000.
  for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(5 * 95);
  for (const count of pairs) expect(Math.abs(count - 1000)).toBeLessThan(5 * 32);
});
