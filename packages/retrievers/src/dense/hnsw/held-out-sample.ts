import { type Matrix, type Similarity, seededRandom } from '@sluice/core';
import type { RowOrdinals } from '../flat/row-ordinals.js';
import type { ScannedRows } from '../flat/scanned-rows.js';
import type { PaddedQueries } from '../padded-queries.js';
import { padQueries } from '../padded-queries.js';
import type { LiveRows } from './live-rows.js';

/** Queries to measure with; `origins[q]` is the ordinal that a query is the vector of, or -1. */
export interface HeldOutSample {
  readonly queries: PaddedQueries;
  readonly origins: Int32Array;
}

/**
 * Stored vectors, and as many points halfway between two, in turn: documents lie where documents are, questions a
 * little outside. Drawn with a seed, so that the same index is measured the same way.
 */
export function heldOutSample(
  { rows, live }: { readonly rows: ScannedRows; readonly live: LiveRows },
  similarity: Similarity,
  { count, seed }: { count: number; seed: number },
): HeldOutSample {
  const chosen = chosenRows(rows, live, 2 * count, seed);
  const { dimensions, columns, memory } = rows;
  const scratch = memory.allocate(chosen.length * columns * 4);
  try {
    const vectors = rows.copy(chosen, scratch);
    const data = new Float32Array(count * dimensions);
    const origins = new Int32Array(count).fill(-1);
    for (let query = 0; query < count; query++) {
      const isStored = query % 2 === 0;
      if (isStored) origins[query] = rows.ordinals()[chosen[2 * query] ?? 0] ?? 0;
      const one = vectors.subarray(2 * query * columns, (2 * query + 1) * columns);
      const other = isStored ? one : vectors.subarray((2 * query + 1) * columns, (2 * query + 2) * columns);
      setMiddle(data.subarray(query * dimensions, (query + 1) * dimensions), one, other);
    }
    const queries: Matrix = { data, rows: count, columns: dimensions };
    return { queries: padQueries(queries, { dimensions, similarity }), origins };
  } finally {
    memory.free(scratch);
  }
}

function setMiddle(target: Float32Array, one: Float32Array, other: Float32Array): void {
  for (let column = 0; column < target.length; column++)
    target[column] = ((one[column] ?? 0) + (other[column] ?? 0)) / 2;
  // Two opposite vectors leave nothing between them.
  if (target.every((value) => value === 0)) target[0] = 1;
}

function chosenRows(rows: RowOrdinals, live: LiveRows, count: number, seed: number): Uint32Array {
  const all = live.list(rows, undefined);
  const random = seededRandom(seed);
  return Uint32Array.from({ length: count }, () => all[Math.floor(random() * all.length)] ?? 0);
}
