import type { Matrix } from '@sluice/core';

const ROWS_A_STEP = 4;

/**
 * The mean over rows of (row) x (row)ᵀ, nothing subtracted: columns x columns, symmetric, in double precision. Four
 * rows a step.
 */
export function* secondMoments({ data, rows, columns }: Matrix): Generator<void, Float64Array> {
  const moments = new Float64Array(columns * columns);
  // Rows beyond the last are zeros, which add nothing.
  const group = new Float64Array(ROWS_A_STEP * columns);
  for (let start = 0; start < rows; start += ROWS_A_STEP) {
    group.fill(0).set(data.subarray(start * columns, Math.min(rows, start + ROWS_A_STEP) * columns));
    addProducts(moments, group, columns);
    yield;
  }
  for (let row = 0; row < columns; row++) {
    for (let column = row; column < columns; column++) {
      const mean = (moments[row * columns + column] ?? 0) / Math.max(1, rows);
      moments[row * columns + column] = mean;
      moments[column * columns + row] = mean;
    }
    yield;
  }
  return moments;
}

/** Adds the products of four rows to the upper triangle: each sum is read and written once for the four. */
function addProducts(moments: Float64Array, group: Float64Array, columns: number): void {
  const [second, third, fourth] = [columns, 2 * columns, 3 * columns];
  for (let row = 0; row < columns; row++) {
    const [a, b] = [group[row] ?? 0, group[second + row] ?? 0];
    const [c, d] = [group[third + row] ?? 0, group[fourth + row] ?? 0];
    const base = row * columns;
    for (let column = row; column < columns; column++) {
      moments[base + column] =
        (moments[base + column] ?? 0) +
        a * (group[column] ?? 0) +
        b * (group[second + column] ?? 0) +
        c * (group[third + column] ?? 0) +
        d * (group[fourth + column] ?? 0);
    }
  }
}
