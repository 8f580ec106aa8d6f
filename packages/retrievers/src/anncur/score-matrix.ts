import type { CallOptions, Matrix, Query } from '@sluice/core';
import type { ItemScorer } from './item-scorer.js';

/** Queries whose items are scored in one call. */
const QUERIES_A_CALL = 16;

/**
 * Every item's score for every anchor query, queries x `size`: what a fit is made from. Queries x `size` calls of the
 * scorer, so it is worth keeping.
 *
 * @throws the signal's `reason`, once it has fired
 */
export async function scoreMatrix(
  score: ItemScorer,
  queries: readonly Query[],
  size: number,
  { signal, onProgress }: CallOptions = {},
): Promise<Matrix> {
  const data = new Float32Array(queries.length * size);
  const everything = Uint32Array.from({ length: size }, (_, ordinal) => ordinal);
  for (let start = 0; start < queries.length; start += QUERIES_A_CALL) {
    signal?.throwIfAborted();
    const batch = queries.slice(start, start + QUERIES_A_CALL);
    const rows = await score(
      batch,
      batch.map(() => everything),
      signal ? { signal } : {},
    );
    for (const [at, row] of rows.entries()) data.set(row, (start + at) * size);
    onProgress?.({ phase: 'scoring', done: start + batch.length, total: queries.length, unit: 'queries' });
  }
  return { data, rows: queries.length, columns: size };
}
