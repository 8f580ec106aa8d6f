import {
  InvalidOptionsError,
  type Matrix,
  type Precision,
  paced,
  parseOptions,
  type QuantizedMatrix,
} from '@sluice/core';
import { z } from 'zod';
import { calibrateRanges, expectRanges, type QuantizationRanges, stepsOf } from './quantization-ranges.js';

/** Options of {@link quantizeEmbeddings}. */
export interface QuantizeOptions {
  readonly precision: Precision;
  /**
   * For `int8` and `uint8`: from `calibrateRanges`, the same for all vectors that are to be compared.
   * @default those of the vectors themselves, which then cannot be compared with others
   */
  readonly ranges?: QuantizationRanges | undefined;
  readonly signal?: AbortSignal | undefined;
}

const quantizeOptions: z.ZodType<QuantizeOptions> = z.strictObject({
  precision: z.enum(['int8', 'uint8', 'binary', 'ubinary']),
  ranges: z.strictObject({ minima: z.instanceof(Float32Array), maxima: z.instanceof(Float32Array) }).optional(),
  signal: z.instanceof(AbortSignal).optional(),
});

/**
 * Vectors in fewer bits: a quarter of the bytes as `int8` or `uint8`, a 32nd as `binary` or `ubinary`.
 *
 * The codes are those of `quantize_embeddings` of sentence-transformers, byte for byte. Bits keep directions only and
 * want a shortlist that is rescored; see {@link rescoreQuantized}.
 *
 * The event loop is held for under 10 ms at a time.
 *
 * @throws {InvalidInputError} the ranges do not fit, or there are none and fewer than two vectors
 * @throws {InvalidOptionsError} there is no such precision, or bits are given ranges
 * @throws the signal's `reason`, once it has fired
 * @example const codes = await quantizeEmbeddings(vectors, { precision: 'int8', ranges: calibrateRanges(sample) });
 */
export async function quantizeEmbeddings(vectors: Matrix, options: QuantizeOptions): Promise<QuantizedMatrix> {
  const { precision, ranges, signal } = parseOptions(quantizeOptions, options, 'quantizeEmbeddings');
  if (precision === 'int8' || precision === 'uint8') {
    const scale = ranges ?? calibrateRanges(vectors);
    expectRanges(scale, vectors.columns);
    return paced(scalarCodes(vectors, precision, scale), signal);
  }
  if (ranges === undefined) return paced(bitCodes(vectors, precision), signal);
  const issues = [{ path: 'ranges', message: 'bits have none; leave them out' }];
  throw new InvalidOptionsError({ owner: 'quantizeEmbeddings', issues });
}

/** In float32 throughout, so that a number on the edge of a step falls where it does in NumPy. */
function* scalarCodes(
  { data, rows, columns }: Matrix,
  precision: 'int8' | 'uint8',
  ranges: QuantizationRanges,
): Generator<void, QuantizedMatrix> {
  const codes = precision === 'int8' ? new Int8Array(rows * columns) : new Uint8Array(rows * columns);
  const offset = precision === 'int8' ? 128 : 0;
  const steps = stepsOf(ranges);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const above = Math.fround((data[row * columns + column] ?? 0) - (ranges.minima[column] ?? 0));
      const step = Math.floor(Math.fround(above / (steps[column] ?? 1)));
      codes[row * columns + column] = Math.min(255, Math.max(0, step)) - offset;
    }
    yield;
  }
  return { precision, data: codes, rows, columns, dimensions: columns };
}

function* bitCodes(
  { data, rows, columns: dimensions }: Matrix,
  precision: 'binary' | 'ubinary',
): Generator<void, QuantizedMatrix> {
  const columns = Math.ceil(dimensions / 8);
  const codes = precision === 'binary' ? new Int8Array(rows * columns) : new Uint8Array(rows * columns);
  const offset = precision === 'binary' ? 128 : 0;
  for (let row = 0; row < rows; row++) {
    for (let byte = 0; byte < columns; byte++) {
      let bits = 0;
      for (let column = 8 * byte; column < 8 * byte + 8; column++) {
        bits = 2 * bits + Number(column < dimensions && (data[row * dimensions + column] ?? 0) > 0);
      }
      codes[row * columns + byte] = bits - offset;
    }
    yield;
  }
  return { precision, data: codes, rows, columns, dimensions };
}
