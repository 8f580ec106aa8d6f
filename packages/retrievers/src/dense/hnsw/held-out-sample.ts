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

/** What is added of three stored vectors, for one query in turn. Queries with one alone are left out of their answers. */
const MIXTURES: readonly (readonly [number, number, number])[] = [
  [1, 0, 0],
  [0.5, 0.5, 0],
  [1, 0, 0],
  [0.5, 0.5, 0],
  [1, 1, -1],
];

/**
 * Two in five are stored vectors, two lie halfway between two, one completes a parallelogram of three: documents lie
 * where documents are, questions a little outside, some far. Drawn with a seed, so that the same index is measured the
 * same way.
 */
export function heldOutSample(
  { rows, live }: { readonly rows: ScannedRows; readonly live: LiveRows },
  similarity: Similarity,
  { count, seed }: { count: number; seed: number },
): HeldOutSample {
  const chosen = chosenRows(rows, live, 3 * count, seed);
  const { dimensions, columns, memory } = rows;
  const scratch = memory.allocate(chosen.length * columns * 4);
  try {
    const vectors = rows.copy(chosen, scratch);
    const data = new Float32Array(count * dimensions);
    const origins = new Int32Array(count).fill(-1);
    for (let query = 0; query < count; query++) {
      const mixture = MIXTURES[query % MIXTURES.length] ?? [1, 0, 0];
      if (mixture[0] === 1 && mixture[1] === 0) origins[query] = rows.ordinals()[chosen[3 * query] ?? 0] ?? 0;
      const three = vectors.subarray(3 * query * columns, 3 * (query + 1) * columns);
      mix(three, columns, mixture, data.subarray(query * dimensions, (query + 1) * dimensions));
    }
    const queries: Matrix = { data, rows: count, columns: dimensions };
    return { queries: padQueries(queries, { dimensions, similarity }), origins };
  } finally {
    memory.free(scratch);
  }
}

function mix(three: Float32Array, columns: number, [a, b, c]: readonly number[], target: Float32Array): void {
  for (let column = 0; column < target.length; column++) {
    const [x = 0, y = 0, z = 0] = [three[column], three[columns + column], three[2 * columns + column]];
    target[column] = (a ?? 0) * x + (b ?? 0) * y + (c ?? 0) * z;
  }
  // Two opposite vectors leave nothing between them.
  if (target.every((value) => value === 0)) target[0] = 1;
}

function chosenRows(rows: RowOrdinals, live: LiveRows, count: number, seed: number): Uint32Array {
  const all = live.list(rows, undefined);
  const random = seededRandom(seed);
  return Uint32Array.from({ length: count }, () => all[Math.floor(random() * all.length)] ?? 0);
}
