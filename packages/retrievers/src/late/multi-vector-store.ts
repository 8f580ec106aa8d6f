import { type Bitmap, InvalidInputError, type Matrix } from '@sluice/core';
import { decodeFloat16 } from '@sluice/kernels';
import { lengthOf } from '../dense/clustering/training-points.js';
import { OrdinalRows } from '../dense/ordinal-rows.js';
import type { MaxSimAnswer, MaxSimIndex, MaxSimSearch } from './max-sim-index.js';
import { maxSimSteps } from './max-sim-steps.js';
import type { MultiVectorShape } from './multi-vector-options.js';
import { expectQuery } from './query-tokens.js';
import type { TokenRows } from './token-rows.js';

/**
 * Token vectors of documents, known by ordinals, in 2 bytes or 1 byte a number. Immutable: made by a
 * {@link MultiVectorStoreBuilder} or by `loadMultiVectors`; documents that are gone are left out by a filter until it is
 * built anew.
 *
 * Scores are MaxSim, sum over the vectors of the query of the largest inner product with one of the document's, of the
 * vectors as they are kept. They do not depend on what is scored beside them. A document without vectors has the least
 * score that any could have ({@link leastScore}).
 */
export class MultiVectorStore implements MaxSimIndex {
  readonly shape: MultiVectorShape;
  /** The document of each slot. */
  readonly ordinals: Uint32Array;
  /** Vectors of the document in slot s are rows `offsets[s]` to `offsets[s + 1] - 1`. */
  readonly offsets: Uint32Array;
  /** Ordinals are below it. */
  readonly span: number;
  readonly #rows: TokenRows;
  readonly #slots = new OrdinalRows();

  /** @param ordinals distinct; others use a builder */
  constructor(rows: TokenRows, ordinals: Uint32Array, offsets: Uint32Array) {
    this.shape = rows.shape;
    this.ordinals = ordinals;
    this.offsets = offsets;
    this.#rows = rows;
    this.span = ordinals.reduce((most, ordinal) => Math.max(most, ordinal + 1), 0);
    for (const [slot, ordinal] of ordinals.entries()) this.#slots.set(ordinal, slot);
  }

  get fingerprint(): string {
    return this.shape.fingerprint;
  }

  get dimensions(): number {
    return this.shape.dimensions;
  }

  /** Documents, those without vectors included. */
  get size(): number {
    return this.ordinals.length;
  }

  /** Vectors of all documents. */
  get vectors(): number {
    return this.#rows.count;
  }

  /** Bytes of memory in use. */
  get bytes(): number {
    return this.#rows.bytes + this.ordinals.byteLength + this.offsets.byteLength + this.#slots.bytes;
  }

  /** The vectors as kernels read them. */
  get rows(): TokenRows {
    return this.#rows;
  }

  has(ordinal: number): boolean {
    return this.slotOf(ordinal) !== undefined;
  }

  /** Where a document is; `undefined` for one that is not here. */
  slotOf(ordinal: number): number | undefined {
    const slot = this.#slots.rowOf(ordinal);
    return slot === -1 ? undefined : slot;
  }

  /** Vectors of the document in a slot, as they are kept, in float32. */
  vectorsAt(slot: number): Matrix {
    return this.decoded(this.offsets[slot] ?? 0, this.offsets[slot + 1] ?? 0);
  }

  /** Rows `start` to `end - 1` as they are kept, in float32. */
  decoded(start: number, end: number): Matrix {
    const { dimensions, precision } = this.shape;
    const { stride } = this.#rows;
    const wide = new Float32Array((end - start) * stride);
    if (precision === 'float16') decodeFloat16(this.#rows.halves.subarray(start * stride, end * stride), wide);
    else {
      const { codes, scales } = this.#rows;
      for (let at = 0; at < wide.length; at++) {
        const row = start + Math.floor(at / stride);
        wide[at] = (codes[start * stride + at] ?? 0) * (scales[row] ?? 0);
      }
    }
    const data = new Float32Array((end - start) * dimensions);
    for (let row = 0; row < end - start; row++) {
      data.set(wide.subarray(row * stride, row * stride + dimensions), row * dimensions);
    }
    return { data, rows: end - start, columns: dimensions };
  }

  /**
   * Every document that passes and has vectors, with its score, in no order. In steps of about a millisecond.
   *
   * @throws {InvalidInputError} the query has another width, or a number that is not finite
   */
  *searchInSteps(query: Matrix, { filter }: MaxSimSearch): Generator<undefined, MaxSimAnswer> {
    expectQuery(query, this.shape);
    const slots = this.#passing(filter);
    const ordinals = slots.map((slot) => this.ordinals[slot] ?? 0);
    const scores = query.rows === 0 ? undefined : yield* maxSimSteps(this, query, slots);
    return scores ? { ordinals, scores } : { ordinals: new Uint32Array(0), scores: new Float32Array(0) };
  }

  /**
   * MaxSim of the query with each of the documents, in their order; 0 for all where the query has no vectors. In steps of
   * about a millisecond.
   *
   * @throws {InvalidInputError} a document is not here; or as {@link searchInSteps}
   */
  *scoreInSteps(query: Matrix, ordinals: Uint32Array): Generator<undefined, Float32Array> {
    expectQuery(query, this.shape);
    if (query.rows === 0) return new Float32Array(ordinals.length);
    const slots = ordinals.map((ordinal) => this.slotOf(ordinal) ?? missing(ordinal));
    return yield* maxSimSteps(this, query, slots);
  }

  leastScore({ data, rows, columns }: Matrix): number {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += lengthOf(data.subarray(row * columns, (row + 1) * columns));
    return sum === 0 ? 0 : -sum * this.#rows.largestLength;
  }

  /** Gives its kernel memory back, where others live in it too. Nothing may be called afterwards. */
  close(): void {
    this.#rows.close();
  }

  #passing(filter: Bitmap | undefined): Uint32Array {
    const slots = Uint32Array.from(this.ordinals, (_, slot) => slot);
    return slots.filter((slot) => {
      if (this.offsets[slot] === this.offsets[slot + 1]) return false;
      return filter === undefined || filter.has(this.ordinals[slot] ?? 0);
    });
  }
}

function missing(ordinal: number): never {
  throw new InvalidInputError(
    { source: 'ordinals' },
    `document ${ordinal} is not in the store`,
    'Ask has() first, or add it.',
  );
}
