import type { Matrix } from '@sluice/core';
import { batchNorm, batchNormGradient } from './batch-norm.js';
import type { MatrixProducts } from './matrix-products.js';

/** The loss of a batch, and its gradients. */
export interface TwinsLoss {
  readonly loss: number;
  /** By each number of the first view. */
  readonly first: Matrix;
  /** By each number of the second view. */
  readonly second: Matrix;
}

/** Of the whole loss: TLDR's 1/32. */
const SCALE = 1 / 32;

/**
 * How far the correlations between two views of a batch are from those of one and the same: columns of neighbours should
 * agree (1 on the diagonal) and say different things (0 beside it).
 *
 * Each view is normalised by column, so the loss does not change with the columns' scales.
 *
 * Source: Zbontar and others, "Barlow Twins", arXiv 2103.03230, with the weights of TLDR, arXiv 2110.09455.
 *
 * @param one batch x width; row `r` of both are neighbours
 * @param offDiagonal weight of what is beside the diagonal
 */
export function* barlowTwinsLoss(
  products: MatrixProducts,
  one: Matrix,
  other: Matrix,
  offDiagonal: number,
): Generator<void, TwinsLoss> {
  const left = batchNorm(one);
  yield;
  const right = batchNorm(other);
  yield;
  const correlations = yield* products.outer(left.values, right.values);
  const { columns, rows } = one;
  let loss = 0;
  // From here on the gradient by each correlation, divided by the batch as the correlation was.
  for (let row = 0; row < columns; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      const error = (correlations.data[at] ?? 0) / rows - Number(row === column);
      const weight = SCALE * (row === column ? 1 : offDiagonal);
      loss += weight * error * error;
      correlations.data[at] = (2 * weight * error) / rows;
    }
    if (row % 64 === 0) yield;
  }
  const first = yield* products.byRows(right.values, correlations);
  const second = yield* products.of(left.values, correlations);
  const byFirst = batchNormGradient(left, first);
  yield;
  return { loss, first: byFirst, second: batchNormGradient(right, second) };
}
