import { InvalidInputError, type Matrix } from '@sluice/core';
import type { VectorShape } from './vector-shape.js';

/** With two squared lengths below it, neither an inner product nor a squared distance leaves float32. */
const LONGEST_SQUARED = 2 ** 125;

/**
 * Checks vectors that come from outside.
 *
 * @param source the argument's name, for the error
 * @returns the length of each row, in double precision
 * @throws {InvalidInputError} another width, fewer numbers than rows; NaN or Infinity in a row, a row that is zero
 *   under cosine, or one too long for float32 scores otherwise (1e18 and more); `row` names it
 */
export function checkedLengths(source: string, vectors: Matrix, { dimensions, similarity }: VectorShape): Float64Array {
  const { data, rows, columns } = vectors;
  if (columns !== dimensions) {
    const advice = 'Encode with the model that the index was made for.';
    throw new InvalidInputError({ source }, `the vectors have ${columns} columns instead of ${dimensions}`, advice);
  }
  if (data.length !== rows * columns) {
    const problem = `${data.length} numbers are not ${rows} rows of ${columns}`;
    throw new InvalidInputError({ source }, problem, 'Pass rows * columns numbers.');
  }
  const lengths = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const squared = squaredLength(data, row * columns, columns);
    const problem = problemWith(squared, similarity === 'cosine');
    if (problem) throw new InvalidInputError({ source, row }, problem, 'Leave the row out, or encode it again.');
    lengths[row] = Math.sqrt(squared);
  }
  return lengths;
}

function squaredLength(data: Float32Array, start: number, columns: number): number {
  let squared = 0;
  for (let at = start; at < start + columns; at++) {
    const value = data[at] ?? 0;
    squared += value * value;
  }
  return squared;
}

function problemWith(squared: number, isCosine: boolean): string | undefined {
  if (!Number.isFinite(squared)) return 'the vector has NaN or Infinity';
  if (isCosine) return squared === 0 ? 'the vector is zero, and so has no direction' : undefined;
  return squared < LONGEST_SQUARED ? undefined : 'the vector is too long for scores in float32';
}
