import type { Matrix } from '@sluice/core';
import { type MatrixProducts, transposed } from './matrix-products.js';

/** Rows compared at a time. */
const BLOCK_ROWS = 64;

/**
 * The `count` rows of `points` with the largest inner product to each row of `queries`, larger first, the same row left
 * out: queries x count. Earlier rows first where products are equal.
 *
 * @param own the row of `points` that each query is, or -1; it never counts as its own neighbour
 */
export function* nearestRows(
  products: MatrixProducts,
  queries: Matrix,
  points: Matrix,
  own: Int32Array,
  count: number,
): Generator<void, Uint32Array> {
  const nearest = new Uint32Array(queries.rows * count);
  for (let start = 0; start < queries.rows; start += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, queries.rows - start);
    const data = queries.data.subarray(start * queries.columns, (start + rows) * queries.columns);
    // Many points by few queries, not the other way about: what is on the left is taken tile by tile.
    const scores = transposed(yield* products.byRows(points, { data, rows, columns: queries.columns }));
    yield;
    for (let row = 0; row < rows; row++) {
      const target = nearest.subarray((start + row) * count, (start + row + 1) * count);
      selectBest(scores.data.subarray(row * points.rows, (row + 1) * points.rows), own[start + row] ?? -1, target);
      if (row % 8 === 7) yield;
    }
  }
  return nearest;
}

/** Fills `target` by insertion: lists are short. */
function selectBest(scores: Float32Array, own: number, target: Uint32Array): void {
  let kept = 0;
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row] ?? 0;
    if (row === own || (kept === target.length && score <= (scores[target[kept - 1] ?? 0] ?? 0))) continue;
    let place = kept < target.length ? kept++ : kept - 1;
    for (; place > 0 && score > (scores[target[place - 1] ?? 0] ?? 0); place--) target[place] = target[place - 1] ?? 0;
    target[place] = row;
  }
}
