import type { SparseVector } from '@sluice/core';

/**
 * The vector with its `count` largest weights alone; among equal weights, the terms with the smaller numbers. Not
 * copied where it has no more than that.
 *
 * Source: Lassance, Lupart, Déjean, Clinchant and Tonellotto, "A Static Pruning Study on Sparse Neural Retrievers"
 * (SIGIR 2023), "top-k by document"; the same on the side of the query.
 *
 * @param count at least 1
 */
export function heaviestTerms(vector: SparseVector, count: number): SparseVector {
  return vector.indices.length <= count ? vector : keepHeaviest(vector, () => count);
}

/**
 * The vector with as many of its largest weights as `countOf` says, which is given the places of all, heaviest first;
 * among equal weights, the terms with the smaller numbers. Not copied where all stay.
 */
export function keepHeaviest(vector: SparseVector, countOf: (byWeight: Uint32Array) => number): SparseVector {
  const { indices, values } = vector;
  const byWeight = Uint32Array.from(indices, (_, at) => at).sort(
    (left, right) => (values[right] ?? 0) - (values[left] ?? 0) || left - right,
  );
  const kept = byWeight.subarray(0, countOf(byWeight));
  if (kept.length === indices.length) return vector;
  kept.sort();
  return {
    indices: Uint32Array.from(kept, (at) => indices[at] ?? 0),
    values: Float32Array.from(kept, (at) => values[at] ?? 0),
  };
}
