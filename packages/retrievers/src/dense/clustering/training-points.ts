import { seededRandom, shuffled } from '@sluice/core';
import type { Points } from '@sluice/kernels';
import type { VectorRows } from '../flat/vector-rows.js';

/**
 * A copy of the leading `width` columns of at most `limit` rows, taken at random.
 *
 * @param length `unit` divides each slice by its length, `own` leaves it; a slice of zeros stays
 */
export function trainingPoints(
  rows: VectorRows,
  { width, limit, seed, length }: { width: number; limit: number; seed: number; length: 'unit' | 'own' },
): Points {
  const count = Math.min(limit, rows.size);
  const chosen = shuffled(rows.size, seededRandom(seed)).subarray(0, count).sort();
  const data = new Float32Array(count * width);
  const vectors = rows.vectors();
  for (const [at, row] of chosen.entries()) {
    data.set(vectors.subarray(row * rows.columns, row * rows.columns + width), at * width);
  }
  if (length === 'unit') toUnitRows(data, width);
  return { data, count, stride: width, from: 0, width };
}

/** Divides each row of `width` numbers by its length; rows of zeros stay. */
export function toUnitRows(data: Float32Array, width: number): void {
  for (let start = 0; start < data.length; start += width) {
    const row = data.subarray(start, start + width);
    const length = lengthOf(row);
    if (length > 0) for (let column = 0; column < width; column++) row[column] = (row[column] ?? 0) / length;
  }
}

/** In double precision. */
export function lengthOf(vector: Float32Array): number {
  let squared = 0;
  for (const value of vector) squared += value * value;
  return Math.sqrt(squared);
}
