import type { Matrix } from '@sluice/core';
import { PRODUCTS_A_STEP } from './products-a-step.js';

const ROWS_A_GROUP = 4;

/**
 * The mean over rows of (row) x (row)ᵀ, nothing subtracted: columns x columns, symmetric, in double precision. In steps
 * of some {@link PRODUCTS_A_STEP} products, however wide the rows.
 */
export function* secondMoments({ data, rows, columns }: Matrix): Generator<void, Float64Array> {
  const moments = new Float64Array(columns * columns);
  // Rows beyond the last are zeros, which add nothing.
  const group = new Float64Array(ROWS_A_GROUP * columns);
  let products = 0;
  for (let start = 0; start < rows; start += ROWS_A_GROUP) {
    group.fill(0).set(data.subarray(start * columns, Math.min(rows, start + ROWS_A_GROUP) * columns));
    for (let row = 0; row < columns; row++) {
      addProducts(moments, group, row, columns);
      products += ROWS_A_GROUP * (columns - row);
      if (products < PRODUCTS_A_STEP) continue;
      products = 0;
      yield;
    }
  }
  yield* meanOnBothSides(moments, rows, columns);
  return moments;
}

/** Adds the products of four rows to a row of the upper triangle: each sum is read and written once for the four. */
function addProducts(moments: Float64Array, group: Float64Array, row: number, columns: number): void {
  const [second, third, fourth] = [columns, 2 * columns, 3 * columns];
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

/** Divides the upper triangle by the rows, and mirrors it. */
function* meanOnBothSides(moments: Float64Array, rows: number, columns: number): Generator<void, void> {
  for (let row = 0; row < columns; row++) {
    for (let column = row; column < columns; column++) {
      const mean = (moments[row * columns + column] ?? 0) / Math.max(1, rows);
      moments[row * columns + column] = mean;
      moments[column * columns + row] = mean;
    }
    yield;
  }
}
