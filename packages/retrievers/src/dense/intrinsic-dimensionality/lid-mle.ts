import { InvalidInputError } from '@sluice/core';

/**
 * Local intrinsic dimensionality of a point, from the distances to its nearest neighbours: by maximum likelihood,
 * `-1 / mean(ln(r_i / r_k))` over the k smallest distances r.
 *
 * Distances of zero are left out: the point itself, and its duplicates. Where no distance is left the answer is 0 (a
 * point among its copies); where all are equal it is Infinity, the limit.
 *
 * Source: arXiv 2405.17813, after Levina and Bickel, who divide by k - 1 instead of k.
 *
 * @param distances ascending; true distances, not squared ones, which would halve the answer
 * @param k neighbours that count, zeros not among them; fewer where there are not so many. At least 1
 * @throws {InvalidInputError} a distance is negative, NaN or Infinity, or smaller than the one before; `row` is its place
 */
export function lidMle(distances: Float32Array, k = 100): number {
  expectAscending(distances);
  const first = distances.findIndex((distance) => distance > 0);
  const nearest = first === -1 ? distances.subarray(0, 0) : distances.subarray(first, first + k);
  const radius = nearest.at(-1) ?? 0;
  let sum = 0;
  for (const distance of nearest) sum += Math.log(radius / distance);
  return nearest.length === 0 ? 0 : nearest.length / sum;
}

function expectAscending(distances: Float32Array): void {
  let before = 0;
  for (const [row, distance] of distances.entries()) {
    if (!(distance >= before) || distance === Number.POSITIVE_INFINITY) {
      const problem = `the distance ${distance} stands after ${before}`;
      throw new InvalidInputError({ source: 'distances', row }, problem, 'Pass finite distances in ascending order.');
    }
    before = distance;
  }
}
