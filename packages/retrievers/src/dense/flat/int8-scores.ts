import type { Similarity } from '@sluice/core';
import { dotInt8, type KernelMemory, type Region, scaleIntegers } from '@sluice/kernels';
import type { Int8Rows } from './int8-rows.js';
import type { CodedQueries, RowCodes } from './row-codes.js';

/** As a damaged code may be. */
const LARGEST_CODE = 128;
const LARGEST_INT16 = 32_767;
const LARGEST_INT32 = 2 ** 31 - 1;
/** Of float32, for each of the sums and products that a score is made of. */
const ROUNDING = 2 ** -23;

/**
 * Scores of int8 rows by whole numbers: queries are rounded to about 16 bits, which leaves so little that a bound of
 * the error decides which rows must be looked at exactly.
 */
export class Int8Scores implements RowCodes {
  readonly #rows: Int8Rows;
  readonly #similarity: Similarity;

  constructor(rows: Int8Rows, similarity: Similarity) {
    this.#rows = rows;
    this.#similarity = similarity;
  }

  code(queries: Float32Array, count: number): CodedQueries {
    return new Int8Queries(this.#rows, this.#similarity, queries, count);
  }
}

class Int8Queries implements CodedQueries {
  readonly #rows: Int8Rows;
  readonly #isEuclidean: boolean;
  readonly #count: number;
  readonly #memory: KernelMemory;
  readonly #codes: Region;
  readonly #steps: Region;
  readonly #bounds: Float64Array;
  readonly #squares: Float64Array;

  constructor(rows: Int8Rows, similarity: Similarity, queries: Float32Array, count: number) {
    const { stride, columns, memory } = rows;
    this.#rows = rows;
    this.#isEuclidean = similarity === 'euclidean';
    this.#count = count;
    this.#memory = memory;
    this.#bounds = new Float64Array(count);
    this.#squares = new Float64Array(count);
    this.#codes = memory.allocate(count * stride * 2);
    this.#steps = memory.allocate(count * 4);
    // So that no sum of products leaves 32 bits.
    const levels = Math.min(LARGEST_INT16, Math.floor(LARGEST_INT32 / LARGEST_CODE / stride));
    for (let query = 0; query < count; query++) {
      this.#encode(query, queries.subarray(query * columns, (query + 1) * columns), levels);
    }
  }

  score(start: number, end: number, target: Region): void {
    const { stride } = this.#rows;
    const entries = this.#count * (end - start);
    const products = target.int32(0, entries);
    const rowScales = this.#rows.scales(start, end);
    const codes = this.#codes.int16(0, this.#count * stride);
    dotInt8(this.#memory, { queries: codes, rows: this.#rows.codes(start, end), products, columns: stride });
    const queryScales = this.#steps.float32(0, this.#count);
    scaleIntegers(this.#memory, { values: products, rowScales, queryScales });
    if (this.#isEuclidean) this.#toDistances(target.float32(0, entries), this.#rows.squares(start, end));
  }

  boundOf(query: number): number {
    return this.#bounds[query] ?? 0;
  }

  close(): void {
    this.#memory.free(this.#steps);
    this.#memory.free(this.#codes);
  }

  #encode(query: number, vector: Float32Array, levels: number): void {
    const { stride, largestScale } = this.#rows;
    let [largest, square, lost] = [0, 0, 0];
    for (const value of vector) largest = Math.max(largest, Math.abs(value));
    const step = Math.fround(largest / levels);
    const codes = this.#codes.int16(query * stride * 2, stride).fill(0);
    for (const [column, value] of vector.entries()) {
      const code = step === 0 ? 0 : Math.max(-levels, Math.min(levels, Math.round(value / step)));
      if (column < stride) codes[column] = code;
      square += value * value;
      lost += (value - code * step) ** 2;
    }
    this.#steps.float32(0, this.#count)[query] = step;
    this.#squares[query] = square;
    this.#bounds[query] = this.#boundFor(
      Math.sqrt(square),
      Math.sqrt(lost),
      largestScale * LARGEST_CODE * Math.sqrt(stride),
    );
  }

  /** By Cauchy and Schwarz, and by the additions and products that are rounded in either score. */
  #boundFor(length: number, lost: number, longest: number): number {
    const roundings = (this.#rows.columns / 8 + 8) * ROUNDING;
    if (this.#isEuclidean) return 2 * lost * longest + roundings * (length + longest) ** 2;
    return lost * longest + roundings * length * longest;
  }

  #toDistances(scores: Float32Array, squares: Float32Array): void {
    const rows = squares.length;
    for (let query = 0; query < this.#count; query++) {
      const square = this.#squares[query] ?? 0;
      for (let row = 0; row < rows; row++) {
        const at = query * rows + row;
        scores[at] = 2 * (scores[at] ?? 0) - (squares[row] ?? 0) - square;
      }
    }
  }
}
