import type { QuantizedMatrix } from '@sluice/core';
import { InvalidOptionsError } from '@sluice/core';
import { expectRanges, type QuantizationRanges, stepsOf } from './quantization-ranges.js';

/** Writes the numbers that a row's code stands for to `target`, one a dimension. */
export type DecodeRow = (row: number, target: Float64Array) => void;

/**
 * What the codes of a matrix stand for: the lower end of a step for bytes, 0 or 1 for bits. So sentence-transformers
 * rescores; the order of documents is the same with the middle of a step, or with -1 and 1.
 *
 * @throws {InvalidOptionsError} bytes without ranges
 * @throws {InvalidInputError} ranges of another width
 */
export function decoderOf(codes: QuantizedMatrix, ranges: QuantizationRanges | undefined): DecodeRow {
  if (codes.precision === 'binary' || codes.precision === 'ubinary') return bitDecoder(codes);
  if (!ranges) {
    const issues = [{ path: 'ranges', message: `${codes.precision} codes mean nothing without their ranges` }];
    throw new InvalidOptionsError({ owner: 'rescoreQuantized', issues });
  }
  expectRanges(ranges, codes.dimensions);
  return scalarDecoder(codes, ranges);
}

function scalarDecoder({ data, columns, precision }: QuantizedMatrix, ranges: QuantizationRanges): DecodeRow {
  const steps = stepsOf(ranges);
  const offset = precision === 'int8' ? 128 : 0;
  return (row, target) => {
    for (let column = 0; column < columns; column++) {
      const step = (data[row * columns + column] ?? 0) + offset;
      target[column] = step * (steps[column] ?? 1) + (ranges.minima[column] ?? 0);
    }
  };
}

function bitDecoder({ data, columns, dimensions, precision }: QuantizedMatrix): DecodeRow {
  const offset = precision === 'binary' ? 128 : 0;
  return (row, target) => {
    for (let column = 0; column < dimensions; column++) {
      const byte = (data[row * columns + (column >> 3)] ?? 0) + offset;
      target[column] = (byte >> (7 - (column & 7))) & 1;
    }
  };
}
