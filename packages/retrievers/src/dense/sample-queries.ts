import { type Matrix, seededRandom } from '@sluice/core';
import type { VectorRows } from './flat/vector-rows.js';

/** Queries for a measurement, with the ordinal that each came from: it must not count as found. */
export interface SampleQueries {
  readonly queries: Matrix;
  /** -1 for a query that is no stored vector. */
  readonly origins: Int32Array;
}

/**
 * Stored vectors, and as many that lie halfway between two of them, taken at random: real queries are seldom where
 * documents are, and their neighbours are spread wider.
 *
 * @param count an even number
 * @param rows at least one
 */
export function sampleQueries(rows: VectorRows, count: number, seed: number): SampleQueries {
  const random = seededRandom(seed);
  const { dimensions, columns } = rows;
  const [vectors, ordinals] = [rows.vectors(), rows.ordinals()];
  const data = new Float32Array(count * dimensions);
  const origins = new Int32Array(count).fill(-1);
  for (let query = 0; query < count; query++) {
    const [one, other] = [pick(random, rows.size), pick(random, rows.size)];
    const isStored = query % 2 === 0;
    if (isStored) origins[query] = ordinals[one] ?? 0;
    const second = isStored ? one : other;
    for (let column = 0; column < dimensions; column++) {
      const sum = (vectors[one * columns + column] ?? 0) + (vectors[second * columns + column] ?? 0);
      data[query * dimensions + column] = sum / 2;
    }
    if (isZero(data.subarray(query * dimensions, (query + 1) * dimensions))) data[query * dimensions] = 1;
  }
  return { queries: { data, rows: count, columns: dimensions }, origins };
}

function pick(random: () => number, count: number): number {
  return Math.floor(random() * count);
}

/** Two opposite vectors leave nothing between them. */
function isZero(vector: Float32Array): boolean {
  return vector.every((value) => value === 0);
}
