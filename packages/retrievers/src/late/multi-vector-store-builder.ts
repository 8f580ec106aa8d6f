import { InvalidInputError, type MultiVectors, parseOptions, unpaced } from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import { expectDistinct } from '../dense/expect-distinct.js';
import {
  type MultiVectorShape,
  type MultiVectorStoreOptions,
  multiVectorStoreOptions,
} from './multi-vector-options.js';
import { MultiVectorStore } from './multi-vector-store.js';
import { fits, TokenRows } from './token-rows.js';

/** Numbers encoded in a step: under a millisecond. */
const NUMBERS_A_STEP = 1 << 15;

/**
 * Collects the token vectors of documents into a {@link MultiVectorStore}.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @example
 * const builder = new MultiVectorStoreBuilder({ fingerprint: colbert.fingerprint, dimensions: colbert.dimensions });
 * await paced(builder.addInSteps(ordinals, await colbert.encodeDocuments(texts)));
 * const store = builder.build();
 */
export class MultiVectorStoreBuilder {
  readonly shape: MultiVectorShape;
  readonly #rows: TokenRows;
  readonly #ordinals: number[] = [];
  readonly #offsets: number[] = [0];
  readonly #known = new Set<number>();

  constructor(options: MultiVectorStoreOptions) {
    const { memory = new KernelMemory(), ...shape } = parseOptions(
      multiVectorStoreOptions,
      options,
      'MultiVectorStoreBuilder',
    );
    this.shape = shape;
    this.#rows = new TokenRows(memory, shape);
  }

  /** As {@link addInSteps}, at once. */
  add(ordinals: Uint32Array, vectors: MultiVectors): void {
    unpaced(this.addInSteps(ordinals, vectors));
  }

  /**
   * Adds documents, one for each text, in steps of about a millisecond. A document may have no vectors: it is known then,
   * and found by nothing. Refused as a whole; one that is given up leaves the builder of no use.
   *
   * @throws {InvalidInputError} a vector has a number that cannot be kept (`row` names it), or another width; an ordinal
   *   is there twice, or was added before
   * @throws {MemoryLimitError} it does not fit
   */
  *addInSteps(ordinals: Uint32Array, { offsets, texts, vectors }: MultiVectors): Generator<undefined, void> {
    const { dimensions } = this.shape;
    if (vectors.columns !== dimensions && vectors.rows > 0) {
      throw refusedVectors(`they have ${vectors.columns} columns instead of ${dimensions}`);
    }
    expectDistinct(ordinals, texts);
    const again = ordinals.find((ordinal) => this.#known.has(ordinal));
    if (again !== undefined) throw refusedVectors(`document ${again} was added before`);
    const { data } = vectors;
    for (let start = 0; start < data.length; start += NUMBERS_A_STEP) {
      const bad = data.subarray(start, start + NUMBERS_A_STEP).findIndex((value) => !fits(value, this.shape));
      if (bad !== -1) throw refusedVectors('a number cannot be kept', Math.floor((start + bad) / dimensions));
      yield;
    }
    this.#reserve(this.#rows.count + vectors.rows);
    const base = this.#rows.count;
    const step = Math.max(1, Math.floor(NUMBERS_A_STEP / dimensions)) * dimensions;
    for (let start = 0; start < data.length; start += step) {
      this.#rows.append(data.subarray(start, start + step));
      yield;
    }
    for (const [text, ordinal] of ordinals.entries()) {
      this.#known.add(ordinal);
      this.#ordinals.push(ordinal);
      this.#offsets.push(base + (offsets[text + 1] ?? 0));
    }
  }

  /** The store of all that was added. The builder is of no use afterwards. */
  build(): MultiVectorStore {
    return new MultiVectorStore(this.#rows, Uint32Array.from(this.#ordinals), Uint32Array.from(this.#offsets));
  }

  /** Room grows by a half, so that appending costs constant time a row. */
  #reserve(rows: number): void {
    const { count } = this.#rows;
    this.#rows.reserve(count === 0 ? rows : Math.max(rows, Math.min(Math.floor(count * 1.5), rows + count / 2)));
  }
}

function refusedVectors(problem: string, row?: number): InvalidInputError {
  const advice = 'Pass what the multi-vector embedder gave.';
  return new InvalidInputError({ source: 'vectors', ...(row === undefined ? {} : { row }) }, problem, advice);
}
