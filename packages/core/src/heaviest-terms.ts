import type { SparseVector } from './sparse-matrix.js';

/**
 * A sparse vector with its heaviest terms only. Of terms with equal weights, those with lower numbers stay.
 *
 * Source: Lassance, Lupart, Déjean, Clinchant and Tonellotto, "A Static Pruning Study on Sparse Neural Retrievers"
 * (SIGIR 2023), "top-k by document"; the same on the side of the query.
 *
 * @param most terms to keep, at least 1; the vector itself is returned where it has no more
 */
export function heaviestTerms(vector: SparseVector, most: number): SparseVector {
  const { indices, values } = vector;
  if (indices.length <= most) return vector;
  const least = values.slice().sort()[values.length - most] ?? 0;
  let equals = most;
  for (const value of values) if (value > least) equals -= 1;
  const kept = { indices: new Uint32Array(most), values: new Float32Array(most) };
  let at = 0;
  for (let term = 0; term < indices.length; term++) {
    const value = values[term] ?? 0;
    if (value < least || (value === least && equals-- <= 0)) continue;
    kept.indices[at] = indices[term] ?? 0;
    kept.values[at++] = value;
  }
  return kept;
}
