import { InvalidInputError, type Matrix } from '@sluice/core';

/** Between which numbers each dimension is divided into steps. */
export interface QuantizationRanges {
  /** One a dimension. */
  readonly minima: Float32Array;
  /** One a dimension; a dimension that never changes has the same number in both. */
  readonly maxima: Float32Array;
}

/**
 * The least and the greatest number of each dimension, over vectors such as those that will be quantized: 100 or more,
 * a sample of the corpus. What later falls outside is stored as the nearest end.
 *
 * Source: `calibration_embeddings` of sentence-transformers.
 *
 * @throws {InvalidInputError} there are fewer than two vectors, or a number is not finite
 */
export function calibrateRanges({ data, rows, columns }: Matrix): QuantizationRanges {
  if (rows < 2) throw refused(`${rows} vectors say nothing about ranges`, 'Calibrate on a sample of the corpus.');
  const minima = data.slice(0, columns);
  const maxima = data.slice(0, columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = data[row * columns + column] ?? 0;
      if (!Number.isFinite(value)) throw refused('a number is not finite', 'Check the model.', row);
      if (value < (minima[column] ?? 0)) minima[column] = value;
      if (value > (maxima[column] ?? 0)) maxima[column] = value;
    }
  }
  return { minima, maxima };
}

/** Width of a step of each dimension; 1 where a dimension never changes. In float32, as sentence-transformers has it. */
export function stepsOf({ minima, maxima }: QuantizationRanges): Float32Array {
  return minima.map((start, column) => Math.fround(Math.fround((maxima[column] ?? 0) - start) / 255) || 1);
}

/** @throws {InvalidInputError} ranges of another width, not finite, or upside down */
export function expectRanges({ minima, maxima }: QuantizationRanges, columns: number): void {
  if (minima.length !== columns || maxima.length !== columns) {
    throw refused(`there are ${minima.length} for ${columns} dimensions`, 'Calibrate on vectors of the same width.');
  }
  const isSound = minima.every(
    (low, at) => Number.isFinite(low) && Number.isFinite(maxima[at]) && low <= (maxima[at] ?? 0),
  );
  if (!isSound) throw refused('a dimension has no range', 'Pass finite numbers, the least first.');
}

function refused(problem: string, advice: string, row?: number): InvalidInputError {
  return new InvalidInputError({ source: 'ranges', ...(row === undefined ? {} : { row }) }, problem, advice);
}
