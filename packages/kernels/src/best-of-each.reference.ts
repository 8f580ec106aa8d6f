import type { BestOfEachCall } from './best-of-each.js';

/** Plain twin of `bestOfEach`; what runs where SIMD is missing. */
export function bestOfEachReference({ scores, count, positions, best }: BestOfEachCall): void {
  const n = scores.length / positions.length;
  for (let row = 0; row < positions.length; row++) {
    const own = scores.subarray(row * n, row * n + count);
    const largest = own.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
    positions[row] = own.indexOf(largest);
    best[row] = largest;
  }
}
