import type { Similarity } from '@sluice/core';
import {
  BINARY_BYTES,
  dotSigns,
  type KernelMemory,
  packPlanes,
  packSigns,
  type Region,
  scaleIntegers,
} from '@sluice/kernels';
import { bytesOf } from '../../saved-blocks.js';
import type { CodedQueries, RowCodes } from './row-codes.js';

/** Bits of a query's numbers. */
const PLANES = 4;
const LARGEST = 2 ** (PLANES - 1) - 1;

/**
 * One bit a number, its sign, and two numbers a row: from these the scores of queries of four bits a number are
 * estimated. A row's place is its owner's.
 *
 * Source: Gao and Long, "RaBitQ", arXiv 2405.12497, without the rotation: embeddings are spread over their columns.
 *
 * Layout: `signs`, `width` bytes a row; `weights`, |x|² / |x|₁, and `squares`, |x|², float32.
 */
export class SignsScores implements RowCodes {
  readonly memory: KernelMemory;
  readonly width: number;
  readonly #similarity: Similarity;
  readonly #columns: number;
  readonly #signs: Region;
  readonly #weights: Region;
  readonly #squares: Region;
  #capacity = 0;

  /** @param columns numbers from row to row of padded queries */
  constructor(memory: KernelMemory, similarity: Similarity, dimensions: number, columns: number) {
    this.memory = memory;
    this.#similarity = similarity;
    this.#columns = columns;
    this.width = Math.ceil(dimensions / 8 / BINARY_BYTES) * BINARY_BYTES;
    this.#signs = memory.allocate(0);
    this.#weights = memory.allocate(0);
    this.#squares = memory.allocate(0);
  }

  get bytes(): number {
    return this.#signs.bytes + this.#weights.bytes + this.#squares.bytes;
  }

  /** Rows that there is room for. */
  get capacity(): number {
    return this.#capacity;
  }

  /** The signs, weights and squares of the first rows as they are saved: views. */
  blocks(rows: number): Record<string, Uint8Array> {
    const [weights, squares] = [this.weights(0, rows), this.squares(0, rows)];
    return { signs: this.signs(0, rows), weights: bytesOf(weights), squares: bytesOf(squares) };
  }

  /** Takes over saved blocks, into an empty one. Checked by the caller. */
  restore(rows: number, { signs, weights, squares }: Record<'signs' | 'weights' | 'squares', Uint8Array>): void {
    this.reserve(rows);
    this.#signs.uint8(0, signs.length).set(signs);
    this.#weights.uint8(0, weights.length).set(weights);
    this.#squares.uint8(0, squares.length).set(squares);
  }

  /**
   * Makes room for `rows` rows in all.
   *
   * @throws {MemoryLimitError} they do not fit; nothing has changed
   */
  reserve(rows: number): void {
    if (rows <= this.#capacity) return;
    this.memory.resize(this.#signs, rows * this.width);
    this.memory.resize(this.#weights, rows * 4);
    this.memory.resize(this.#squares, rows * 4);
    this.#capacity = rows;
  }

  /** Sets a row for which there is room. */
  set(row: number, vector: Float32Array): void {
    let [sum, square] = [0, 0];
    for (const value of vector) {
      sum += Math.abs(value);
      square += value * value;
    }
    packSigns(vector, this.signs(row, row + 1));
    this.#weights.float32(0, this.#capacity)[row] = sum === 0 ? 0 : square / sum;
    this.#squares.float32(0, this.#capacity)[row] = square;
  }

  /** Row `row` becomes what row `from` is. */
  move(row: number, from: number): void {
    this.signs(row, row + 1).set(this.signs(from, from + 1));
    for (const region of [this.#weights, this.#squares])
      region.float32(0, this.#capacity).copyWithin(row, from, from + 1);
  }

  /** Of rows `start` to `end - 1`: a view, stale when the memory grows. */
  signs(start: number, end: number): Uint8Array {
    return this.#signs.uint8(start * this.width, (end - start) * this.width);
  }

  code(queries: Float32Array, count: number): CodedQueries {
    return new SignsQueries(this, this.#similarity === 'euclidean', { queries, count, columns: this.#columns });
  }

  /** Of rows `start` to `end - 1`: a view, stale when the memory grows. */
  weights(start: number, end: number): Float32Array {
    return this.#weights.float32(start * 4, end - start);
  }

  /** Of rows `start` to `end - 1`: a view, stale when the memory grows. */
  squares(start: number, end: number): Float32Array {
    return this.#squares.float32(start * 4, end - start);
  }

  /** Gives the kernel memory back. Nothing may be called afterwards. */
  close(): void {
    for (const region of [this.#squares, this.#weights, this.#signs]) this.memory.free(region);
  }
}

class SignsQueries implements CodedQueries {
  readonly #codes: SignsScores;
  readonly #isEuclidean: boolean;
  readonly #count: number;
  readonly #planes: Region;
  readonly #steps: Region;

  constructor(
    codes: SignsScores,
    isEuclidean: boolean,
    { queries, count, columns }: { queries: Float32Array; count: number; columns: number },
  ) {
    this.#codes = codes;
    this.#isEuclidean = isEuclidean;
    this.#count = count;
    this.#planes = codes.memory.allocate(count * codes.width * PLANES);
    this.#steps = codes.memory.allocate(count * 4);
    for (let query = 0; query < count; query++)
      this.#encode(query, queries.subarray(query * columns, (query + 1) * columns));
  }

  score(start: number, end: number, target: Region): void {
    const { memory, width } = this.#codes;
    const products = target.int32(0, this.#count * (end - start));
    const queries = this.#planes.uint8(0, this.#count * width * PLANES);
    dotSigns(memory, { queries, rows: this.#codes.signs(start, end), products, width, planes: PLANES });
    const queryScales = this.#steps.float32(0, this.#count);
    scaleIntegers(memory, { values: products, rowScales: this.#codes.weights(start, end), queryScales });
    if (!this.#isEuclidean) return;
    const [scores, squares] = [target.float32(0, products.length), this.#codes.squares(start, end)];
    for (let at = 0; at < scores.length; at++) scores[at] = 2 * (scores[at] ?? 0) - (squares[at % (end - start)] ?? 0);
  }

  boundOf(): number {
    return Number.POSITIVE_INFINITY;
  }

  close(): void {
    this.#codes.memory.free(this.#steps);
    this.#codes.memory.free(this.#planes);
  }

  #encode(query: number, vector: Float32Array): void {
    const { width } = this.#codes;
    let largest = 0;
    for (const value of vector) largest = Math.max(largest, Math.abs(value));
    const step = largest / LARGEST;
    const integers = Int8Array.from(vector, (value) => (step === 0 ? 0 : Math.round(value / step)));
    packPlanes(integers, PLANES, this.#planes.uint8(query * width * PLANES, width * PLANES));
    this.#steps.float32(0, this.#count)[query] = step;
  }
}
