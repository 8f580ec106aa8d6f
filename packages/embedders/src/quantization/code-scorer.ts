import { InvalidOptionsError, type QuantizedMatrix } from '@sluice/core';
import { expectRanges, type QuantizationRanges, stepsOf } from './quantization-ranges.js';

/** Sets the query that rows are compared with from now on, and scores a row. Nothing is allocated. */
export interface CodeScorer {
  /** @param query one number a dimension */
  use(query: Float32Array): void;
  /** The inner product of the query and what the row's code stands for. */
  score(row: number): number;
}

/**
 * Compares float queries with codes that stay codes. A code stands for the lower end of its step, or for 0 and 1: so
 * sentence-transformers rescores. The order of documents is the same as with the middle of a step, or with -1 and 1.
 *
 * @throws {InvalidOptionsError} bytes without ranges
 * @throws {InvalidInputError} ranges of another width
 */
export function codeScorer(codes: QuantizedMatrix, ranges: QuantizationRanges | undefined): CodeScorer {
  if (codes.precision === 'binary' || codes.precision === 'ubinary') return bitScorer(codes);
  if (!ranges) {
    const issues = [{ path: 'ranges', message: `${codes.precision} codes mean nothing without their ranges` }];
    throw new InvalidOptionsError({ owner: 'rescoreQuantized', issues });
  }
  expectRanges(ranges, codes.dimensions);
  return scalarScorer(codes, ranges);
}

/** Steps and starts go into the query, once: a row costs one multiplication a dimension. */
function scalarScorer({ data, columns, precision }: QuantizedMatrix, ranges: QuantizationRanges): CodeScorer {
  const steps = stepsOf(ranges);
  const zero = precision === 'int8' ? 128 : 0;
  const weights = new Float64Array(columns);
  let constant = 0;
  return {
    use(query) {
      constant = 0;
      for (let column = 0; column < columns; column++) {
        const [value, step] = [query[column] ?? 0, steps[column] ?? 1];
        weights[column] = value * step;
        constant += value * ((ranges.minima[column] ?? 0) + zero * step);
      }
    },
    score: (row) => constant + weightedSum(data, row * columns, weights),
  };
}

/** On its own, so that the loop reads no variable of a closure: three times as fast. */
function weightedSum(data: Int8Array | Uint8Array, start: number, weights: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < weights.length; at++) sum += (weights[at] ?? 0) * (data[start + at] ?? 0);
  return sum;
}

/** What each byte adds at each place is looked up: 256 sums a byte of the row, made once a query. */
function bitScorer({ data, columns, dimensions, precision }: QuantizedMatrix): CodeScorer {
  const zero = precision === 'binary' ? 128 : 0;
  const sums = new Float64Array(256 * columns);
  return {
    use(query) {
      for (let byte = 0; byte < columns; byte++) {
        const table = sums.subarray(256 * byte, 256 * (byte + 1));
        for (let bit = 0; bit < 8; bit++) {
          // The first dimension of a byte is its highest bit. Sums of higher bits are this one's and a smaller sum.
          const [column, place] = [8 * byte + 7 - bit, 1 << bit];
          const value = column < dimensions ? (query[column] ?? 0) : 0;
          for (let low = 0; low < place; low++) table[place + low] = value + (table[low] ?? 0);
        }
      }
    },
    score(row) {
      let sum = 0;
      for (let byte = 0; byte < columns; byte++)
        sum += sums[256 * byte + (data[row * columns + byte] ?? 0) + zero] ?? 0;
      return sum;
    },
  };
}
