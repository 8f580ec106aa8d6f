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
  const scales = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      means[column] = (means[column] ?? 0) + (data[row * columns + column] ?? 0) / rows;
    }
  }
  const values = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const centred = (data[row * columns + column] ?? 0) - (means[column] ?? 0);
      values[row * columns + column] = centred;
      scales[column] = (scales[column] ?? 0) + (centred * centred) / rows;
    }
  }
  for (let column = 0; column < columns; column++) scales[column] = 1 / Math.sqrt((scales[column] ?? 0) + EPSILON);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      values[row * columns + column] = (values[row * columns + column] ?? 0) * (scales[column] ?? 0);
    }
  }
  return { values: { data: values, rows, columns }, scales };
}

/** The gradient before {@link batchNorm}, from the gradient after it. */
export function batchNormGradient({ values, scales }: NormalizedBatch, gradient: Matrix): Matrix {
  const { data, rows, columns } = values;
  const means = new Float64Array(columns);
  const alongs = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const slope = (gradient.data[row * columns + column] ?? 0) / rows;
      means[column] = (means[column] ?? 0) + slope;
      alongs[column] = (alongs[column] ?? 0) + slope * (data[row * columns + column] ?? 0);
    }
  }
  const before = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      const rest = (gradient.data[at] ?? 0) - (means[column] ?? 0) - (data[at] ?? 0) * (alongs[column] ?? 0);
      before[at] = (scales[column] ?? 0) * rest;
    }
  }
  return { data: before, rows, columns };
}
