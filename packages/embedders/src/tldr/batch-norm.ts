import type { Matrix } from '@sluice/core';

/** Keeps a column that never changes from being divided by 0; PyTorch's. */
const EPSILON = 1e-5;

/** Columns of a batch brought to mean 0 and variance 1. */
export interface NormalizedBatch {
  readonly values: Matrix;
  /** By which each column was multiplied. */
  readonly scales: Float64Array;
}

/** Batch normalisation without weights of its own (Ioffe and Szegedy 2015); statistics are the batch's. */
export function batchNorm({ data, rows, columns }: Matrix): NormalizedBatch {
  const means = new Float64Array(columns);
  const squares = new Float64Array(columns);
  for (let at = 0; at < data.length; at++) means[at % columns] = (means[at % columns] ?? 0) + (data[at] ?? 0) / rows;
  for (let at = 0; at < data.length; at++) {
    const column = at % columns;
    squares[column] = (squares[column] ?? 0) + ((data[at] ?? 0) - (means[column] ?? 0)) ** 2 / rows;
  }
  const scales = squares.map((variance) => 1 / Math.sqrt(variance + EPSILON));
  const values = data.map((value, at) => (value - (means[at % columns] ?? 0)) * (scales[at % columns] ?? 0));
  return { values: { data: values, rows, columns }, scales };
}

/** The gradient before {@link batchNorm}, from the gradient after it. */
export function batchNormGradient({ values, scales }: NormalizedBatch, gradient: Matrix): Matrix {
  const { data, rows, columns } = values;
  const means = new Float64Array(columns);
  const alongs = new Float64Array(columns);
  for (let at = 0; at < data.length; at++) {
    const column = at % columns;
    means[column] = (means[column] ?? 0) + (gradient.data[at] ?? 0) / rows;
    alongs[column] = (alongs[column] ?? 0) + ((gradient.data[at] ?? 0) * (data[at] ?? 0)) / rows;
  }
  const before = gradient.data.map((value, at) => {
    const column = at % columns;
    return (scales[column] ?? 0) * (value - (means[column] ?? 0) - (data[at] ?? 0) * (alongs[column] ?? 0));
  });
  return { data: before, rows, columns };
}
