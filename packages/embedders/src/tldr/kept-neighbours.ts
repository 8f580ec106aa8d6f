import type { Matrix } from '@sluice/core';
import type { MatrixProducts } from './matrix-products.js';
import { nearestRows } from './nearest-rows.js';
import type { NeighbourPairs } from './neighbour-pairs.js';

/**
 * The share of the nearest of held-out documents that an encoder keeps: they are among as many nearest by the cosine of
 * what it gives.
 *
 * @param encoder a row for each output
 */
export function* keptNeighbours(
  products: MatrixProducts,
  { training, heldOut, nearest }: Pick<NeighbourPairs, 'training' | 'heldOut' | 'nearest'>,
  encoder: Matrix,
): Generator<void, number> {
  const points = unitRows(yield* products.byRows(training, encoder));
  const queries = unitRows(yield* products.byRows(heldOut, encoder));
  const count = nearest.length / heldOut.rows;
  const found = yield* nearestRows(products, queries, points, new Int32Array(heldOut.rows).fill(-1), count);
  let kept = 0;
  for (let row = 0; row < heldOut.rows; row++) {
    const expected = new Set(nearest.subarray(row * count, (row + 1) * count));
    for (const point of found.subarray(row * count, (row + 1) * count)) kept += Number(expected.has(point));
  }
  return kept / nearest.length;
}

/** In place; rows of zeros stay. */
function unitRows(matrix: Matrix): Matrix {
  const { data, columns } = matrix;
  for (let start = 0; start < data.length; start += columns) {
    const row = data.subarray(start, start + columns);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)) || 1;
    for (let column = 0; column < columns; column++) row[column] = (row[column] ?? 0) / length;
  }
  return matrix;
}
