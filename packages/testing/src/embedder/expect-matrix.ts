import { type Embedder, type Matrix, rowOf } from '@sluice/core';
import { expect } from 'vitest';

/** Fails unless it has that shape, only finite numbers, and unit rows (or rows of zeros) where that is cosine. */
export function expectEncoded(
  encoded: Matrix,
  { similarity }: Pick<Embedder, 'similarity'>,
  shape: { readonly rows: number; readonly columns: number },
): void {
  const { data, rows, columns } = encoded;
  expect({ rows, columns, numbers: data.length }).toEqual({ ...shape, numbers: shape.rows * shape.columns });
  for (let row = 0; row < rows; row++) {
    const values = rowOf(encoded, row);
    if (!values.every(Number.isFinite)) expect.fail(`row ${row} holds a number that is not finite`);
    if (similarity !== 'cosine' || values.every((value) => value === 0)) continue;
    // float32 rounds each of the squares that are added up; their sum is 1 to about 1e-7 a root of the columns.
    expect(Math.abs(norm(values) - 1), `length of row ${row} is 1`).toBeLessThan(1e-5);
  }
}

/** Fails unless both have the same shape and no number differs by more than `tolerance`. */
export function expectSameMatrix(actual: Matrix, expected: Matrix, tolerance: number, why: string): void {
  expect({ rows: actual.rows, columns: actual.columns }, why).toEqual({
    rows: expected.rows,
    columns: expected.columns,
  });
  for (const [at, value] of actual.data.entries()) {
    const other = expected.data[at] ?? Number.NaN;
    if (Math.abs(value - other) <= tolerance) continue;
    const [row, column] = [Math.floor(at / actual.columns), at % actual.columns];
    expect.fail(`${why}: row ${row}, column ${column}: ${value} is not within ${tolerance} of ${other}`);
  }
}

/** One matrix of several, below each other. All have `columns` columns. */
export function stacked(parts: readonly Matrix[], columns: number): Matrix {
  const data = new Float32Array(parts.reduce((numbers, part) => numbers + part.data.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { data, rows: parts.reduce((rows, part) => rows + part.rows, 0), columns };
}

/** The leading columns, scaled to unit length where the similarity is cosine. */
export function truncated(full: Matrix, columns: number, { similarity }: Pick<Embedder, 'similarity'>): Matrix {
  const data = new Float32Array(full.rows * columns);
  for (let row = 0; row < full.rows; row++) {
    const leading = rowOf(full, row).subarray(0, columns);
    const length = similarity === 'cosine' ? norm(leading) || 1 : 1;
    for (const [column, value] of leading.entries()) data[row * columns + column] = value / length;
  }
  return { data, rows: full.rows, columns };
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
