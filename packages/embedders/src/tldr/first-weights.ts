import { type Matrix, symmetricEigen } from '@sluice/core';
import { secondMoments } from '../rotation/second-moments.js';
import type { TwinWeights } from './twin-network.js';

/** The shape of the network, and where its encoder starts. */
export interface FirstWeightsOptions {
  readonly dimensions: number;
  readonly projector: number;
  readonly start: 'rotation' | 'random';
}

/** Columns between the two factors of the encoder, for each that it gives: room for directions that are not kept yet. */
const INNER_FACTOR = 2;

/** Weights to begin with: the projector's and, where asked, the encoder's random, of a size that keeps variances. */
export function* firstWeights(
  vectors: Matrix,
  { dimensions, projector, start }: FirstWeightsOptions,
  random: () => number,
): Generator<void, TwinWeights> {
  const { columns } = vectors;
  const inner = Math.min(columns, INNER_FACTOR * dimensions);
  return {
    ...(start === 'random'
      ? { inner: randomLayer(inner, columns, random), outer: randomLayer(dimensions, inner, random) }
      : { inner: yield* leadingDirections(vectors, inner), outer: leadingColumns(dimensions, inner) }),
    hidden: randomLayer(projector, dimensions, random),
    last: randomLayer(projector, projector, random),
  };
}

function* leadingDirections(vectors: Matrix, rows: number): Generator<void, Matrix> {
  const { columns } = vectors;
  const eigen = yield* symmetricEigen(yield* secondMoments(vectors), columns);
  return { data: new Float32Array(eigen.vectors.subarray(0, rows * columns)), rows, columns };
}

/** The identity, cut: output `r` is column `r`. */
function leadingColumns(rows: number, columns: number): Matrix {
  const data = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) data[row * columns + row] = 1;
  return { data, rows, columns };
}

function randomLayer(rows: number, columns: number, random: () => number): Matrix {
  const data = new Float32Array(rows * columns);
  // Even numbers from -limit to limit have the variance 1 / columns.
  const limit = Math.sqrt(3 / columns);
  for (let at = 0; at < data.length; at++) data[at] = limit * (2 * random() - 1);
  return { data, rows, columns };
}
