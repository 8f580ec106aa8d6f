import { type Matrix, symmetricEigen } from '@sluice/core';

/** Multiplications between two turns of the event loop: one to two milliseconds. */
const PRODUCTS_A_STEP = 2 ** 20;

/**
 * Singular values below this share of the largest are noise whatever is asked: they come from the square of the matrix,
 * which has half of the digits.
 */
export const LEAST_RCOND = 1e-6;

/** What a matrix A of anchor scores stretches, queries x anchors, from the eigenvectors of AᵀA in double precision. */
export interface ColumnSpectrum {
  /** Squared singular values, falling, `anchors` of them. */
  readonly squares: Float64Array;
  /** Right singular vectors, anchors x anchors: row j belongs to value j. */
  readonly vectors: Float64Array;
}

/**
 * The columns of `scores` at `anchors`, rows x anchors, in double precision.
 *
 * @param rows which rows, in their order
 */
export function columnsAt({ data, columns }: Matrix, anchors: Uint32Array, rows: Uint32Array): Float64Array {
  const picked = new Float64Array(rows.length * anchors.length);
  let at = 0;
  for (const row of rows) for (const anchor of anchors) picked[at++] = data[row * columns + anchor] ?? 0;
  return picked;
}

/** Cost: rows x anchors² multiplications and some 7 x anchors³. In steps of one to two milliseconds. */
export function* columnSpectrum(picked: Float64Array, anchors: number): Generator<void, ColumnSpectrum> {
  const gram = yield* transposedProduct(picked, anchors, picked, anchors);
  const { values, vectors } = yield* symmetricEigen(gram, anchors);
  // Rounding makes zeros negative.
  return { squares: values.map((value) => Math.max(0, value)), vectors };
}

/** How many of the values are at least `rcond` of the largest; none where all are 0. */
export function keptValues({ squares }: ColumnSpectrum, rcond: number): number {
  const floor = Math.max(rcond, LEAST_RCOND) ** 2 * (squares[0] ?? 0);
  const first = squares.findIndex((square) => square === 0 || square < floor);
  return first < 0 ? squares.length : first;
}

/**
 * leftᵀ x right, `leftColumns` x `rightColumns`, of matrices with the same number of rows. In steps.
 */
export function* transposedProduct(
  left: Float64Array,
  leftColumns: number,
  right: Float32Array | Float64Array,
  rightColumns: number,
): Generator<void, Float64Array> {
  const product = new Float64Array(leftColumns * rightColumns);
  const rows = leftColumns === 0 ? 0 : left.length / leftColumns;
  let products = 0;
  for (let row = 0; row < rows; row++) {
    const from = right.subarray(row * rightColumns, (row + 1) * rightColumns);
    for (let column = 0; column < leftColumns; column++) {
      addScaled(product, column * rightColumns, from, left[row * leftColumns + column] ?? 0);
      products += rightColumns;
      if (products < PRODUCTS_A_STEP) continue;
      products = 0;
      yield;
    }
  }
  return product;
}

/** Adds `factor` x `from` to the numbers of `to` that begin at `start`. */
export function addScaled(to: Float64Array, start: number, from: ArrayLike<number>, factor: number): void {
  if (factor === 0) return;
  for (let at = 0; at < from.length; at++) to[start + at] = (to[start + at] ?? 0) + factor * (from[at] ?? 0);
}
