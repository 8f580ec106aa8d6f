import type { Matrix } from '@sluice/core';
import { FLOAT32_COLUMNS, KernelMemory, scoreFloat32 } from '@sluice/kernels';

/** Multiplications between two turns of the event loop: one to two milliseconds. */
const MULTIPLICATIONS_A_STEP = 4_000_000;

/** Products of matrices in float32, by the kernels, in steps. */
export class MatrixProducts {
  readonly #memory = new KernelMemory();

  /** `left` x `right`ᵀ: inner products of all rows of one with all rows of the other. */
  *byRows(left: Matrix, right: Matrix): Generator<void, Matrix> {
    const columns = Math.ceil(left.columns / FLOAT32_COLUMNS) * FLOAT32_COLUMNS;
    const tile = Math.max(1, Math.min(left.rows, Math.floor(MULTIPLICATIONS_A_STEP / (columns * right.rows))));
    const products = new Float32Array(left.rows * right.rows);
    const region = this.#memory.allocate(4 * ((right.rows + tile) * columns + tile * right.rows));
    try {
      pad(region.float32(0, right.rows * columns), right, 0, columns);
      yield;
      for (let start = 0; start < left.rows; start += tile) {
        const count = Math.min(tile, left.rows - start);
        const rows = region.float32(0, right.rows * columns);
        const queries = region.float32(4 * right.rows * columns, count * columns);
        const scores = region.float32(4 * (right.rows + tile) * columns, count * right.rows);
        pad(queries, left, start, columns);
        scoreFloat32(this.#memory, { metric: 'dot', queries, rows, scores, columns });
        products.set(scores, start * right.rows);
        yield;
      }
    } finally {
      this.#memory.free(region);
    }
    return { data: products, rows: left.rows, columns: right.rows };
  }

  /** `left` x `right`. */
  *of(left: Matrix, right: Matrix): Generator<void, Matrix> {
    const across = transposed(right);
    yield;
    return yield* this.byRows(left, across);
  }

  /** `left`ᵀ x `right`: the sum over rows of their outer products. */
  *outer(left: Matrix, right: Matrix): Generator<void, Matrix> {
    const rows = transposed(left);
    yield;
    const others = transposed(right);
    yield;
    return yield* this.byRows(rows, others);
  }
}

/** Rows and columns exchanged: a copy. */
export function transposed({ data, rows, columns }: Matrix): Matrix {
  const exchanged = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) exchanged[column * rows + row] = data[row * columns + column] ?? 0;
  }
  return { data: exchanged, rows: columns, columns: rows };
}

/** Rows from `start` on, each followed by zeros up to `width`. */
function pad(target: Float32Array, { data, columns }: Matrix, start: number, width: number): void {
  target.fill(0);
  for (let at = 0; at * width < target.length; at++) {
    target.set(data.subarray((start + at) * columns, (start + at + 1) * columns), at * width);
  }
}
