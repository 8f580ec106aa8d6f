import { type Matrix, seededRandom } from '@sluice/core';

/** Rows looked at in a step. */
const STEP_ROWS = 1024;

/** Which rows are taken. */
export interface RowSample {
  /** Numbers of each row. */
  readonly columns: number;
  /** Rows to take; all where there are no more. */
  readonly count: number;
  readonly seed: number;
}

/**
 * Rows of matrices taken at random, in their order, in steps of under a millisecond: the same for the same seed, and any
 * set of so many as likely as any other.
 *
 * A row is taken with the share that is still wanted of those that are left. Knuth, The Art of Computer Programming 2,
 * 3.4.2, algorithm S.
 */
export function* sampledRows(
  groups: readonly Matrix[],
  { columns, count, seed }: RowSample,
): Generator<undefined, Matrix> {
  const random = seededRandom(seed);
  let left = groups.reduce((sum, { rows }) => sum + rows, 0);
  const rows = Math.min(count, left);
  const data = new Float32Array(rows * columns);
  let taken = 0;
  for (const group of groups) {
    for (let row = 0; row < group.rows; row++, left--) {
      if (left % STEP_ROWS === 0) yield;
      if (random() * left >= rows - taken) continue;
      data.set(group.data.subarray(row * columns, (row + 1) * columns), taken * columns);
      taken++;
    }
  }
  return { data, rows, columns };
}
