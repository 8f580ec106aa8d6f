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
  const { indices, values } = vector;
  if (indices.length <= count) return vector;
  const byWeight = Uint32Array.from(indices, (_, at) => at).sort(
    (left, right) => (values[right] ?? 0) - (values[left] ?? 0) || left - right,
  );
  const kept = byWeight.subarray(0, count).sort();
  return {
    indices: Uint32Array.from(kept, (at) => indices[at] ?? 0),
    values: Float32Array.from(kept, (at) => values[at] ?? 0),
  };
}
