import { type Matrix, type Similarity, seededRandom } from '@sluice/core';
import type { ScannedRows } from './flat/scanned-rows.js';
import { type PaddedQueries, padQueries } from './padded-queries.js';

/** Queries to measure with; `hidden[q]` is the row that a query came from, and that must not be met, or -1. */
export interface HeldOutSample {
  readonly queries: PaddedQueries;
  readonly hidden: Int32Array;
}

/** How a sample is drawn. */
export interface SampleOptions {
  readonly count: number;
  readonly seed: number;
  readonly similarity: Similarity;
  /** How far every second query is moved towards a vector drawn at random: a share of the way, 0 to below 1. */
  readonly moved: number;
}

/**
 * Stored vectors, each hidden from its own search, so that they ask as new ones would. Every second one is moved
 * towards any other: questions are not quite where documents are. Drawn with a seed, so that the same index is measured
 * the same way.
 *
 * @param candidates rows to draw from, at least one
 */
export function heldOutSample(
  rows: ScannedRows,
  candidates: Uint32Array,
  { count, seed, similarity, moved }: SampleOptions,
): HeldOutSample {
  const random = seededRandom(seed);
  const chosen = Uint32Array.from(
    { length: 2 * count },
    () => candidates[Math.floor(random() * candidates.length)] ?? 0,
  );
  const { dimensions, columns, memory } = rows;
  const scratch = memory.allocate(chosen.length * columns * 4);
  try {
    const vectors = rows.copy(chosen, scratch);
    const data = new Float32Array(count * dimensions);
    for (let query = 0; query < count; query++) {
      const own = vectors.subarray(2 * query * columns, (2 * query + 1) * columns);
      const other = vectors.subarray((2 * query + 1) * columns, (2 * query + 2) * columns);
      setBetween(data.subarray(query * dimensions, (query + 1) * dimensions), own, other, query % 2 === 0 ? 0 : moved);
    }
    const queries: Matrix = { data, rows: count, columns: dimensions };
    const hidden = Int32Array.from({ length: count }, (_, query) => chosen[2 * query] ?? 0);
    return { queries: padQueries(queries, { dimensions, similarity }), hidden };
  } finally {
    memory.free(scratch);
  }
}

function setBetween(target: Float32Array, one: Float32Array, other: Float32Array, share: number): void {
  for (let column = 0; column < target.length; column++) {
    target[column] = (1 - share) * (one[column] ?? 0) + share * (other[column] ?? 0);
  }
}
