import { InvalidInputError } from './errors/invalid-input-error.js';

/** Dense vectors, one a row. Row-major: row `r` is `data[r * columns]` to `data[(r + 1) * columns - 1]`. */
export interface Matrix {
  /** Exactly `rows * columns` numbers. */
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/**
 * A matrix over `data`, not copied.
 *
 * @throws {InvalidInputError} `data` does not divide into rows of `columns`
 */
export function matrix(data: Float32Array, columns: number): Matrix {
  const rows = data.length === 0 ? 0 : data.length / columns;
  if (!Number.isInteger(rows)) {
    throw new InvalidInputError(
      { source: 'matrix' },
      `${data.length} numbers do not divide into rows of ${columns}`,
      'Pass rows * columns numbers.',
    );
  }
  return { data, rows, columns };
}

/** Row `row` as a view, not copied. */
export function rowOf({ data, columns }: Matrix, row: number): Float32Array {
  return data.subarray(row * columns, (row + 1) * columns);
}
