import type { Matrix } from '@sluice/core';
import { FLOAT32_COLUMNS } from '@sluice/kernels';
import { checkedLengths } from './checked-vectors.js';
import type { VectorShape } from './vector-shape.js';

/** Queries as kernels take them: row-major, padded with zeros to whole kernel steps, unit length under cosine. */
export interface PaddedQueries {
  readonly count: number;
  /** Numbers from row to row. */
  readonly columns: number;
  /** `count * columns` numbers. */
  readonly data: Float32Array;
}

/** @throws {InvalidInputError} another width; NaN, Infinity, or zero under cosine in a row, which is named */
export function padQueries(queries: Matrix, shape: VectorShape): PaddedQueries {
  const lengths = checkedLengths('queries', queries, shape);
  const { rows, columns: width } = queries;
  const columns = Math.ceil(width / FLOAT32_COLUMNS) * FLOAT32_COLUMNS;
  const data = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const divisor = shape.similarity === 'cosine' ? (lengths[row] ?? 1) : 1;
    for (let column = 0; column < width; column++) {
      data[row * columns + column] = (queries.data[row * width + column] ?? 0) / divisor;
    }
  }
  return { count: rows, columns, data };
}
