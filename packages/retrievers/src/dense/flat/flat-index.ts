import {
  type Matrix,
  type Neighbours,
  parseOptions,
  type SavedIndex,
  type Similarity,
  type VectorIndex,
  type VectorSearchOptions,
} from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import { checkedLengths } from '../checked-vectors.js';
import { expectCovered } from '../expect-covered.js';
import { expectDistinct } from '../expect-distinct.js';
import { padQueries } from '../padded-queries.js';
import { parseSearch } from '../vector-search.js';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';
import { exactScores } from './exact-scores.js';
import { flatSearch } from './flat-search.js';
import { loadRows, saveRows } from './saved-rows.js';
import { VectorRows } from './vector-rows.js';

/** What an exact index is made for, and where it lives. */
export interface FlatIndexOptions extends VectorShape {
  /**
   * Kernel memory to live in, shared with others or limited; 4 GiB hold 2.7 million vectors of 384 dimensions.
   * @default one of its own
   */
  readonly memory?: KernelMemory | undefined;
}

const flatIndexOptions: z.ZodType<FlatIndexOptions> = z.strictObject({
  ...vectorShapeFields,
  memory: z.instanceof(KernelMemory).optional(),
});

/**
 * Exact search: every query is compared with every vector, in float32.
 *
 * The oracle of the approximate indexes, and the fastest choice for small or heavily filtered sets. Scores are the
 * same bits alone and in a batch, and with or without SIMD.
 *
 * Cost: 4 bytes a number; see `pnpm bench kernels` for the time.
 *
 * @throws {InvalidOptionsError} an option is out of range; `path` names it
 * @example const index = flatIndex({ dimensions: 384, similarity: 'cosine' });
 */
export function flatIndex(options: FlatIndexOptions): FlatIndex {
  const { memory = new KernelMemory(), ...shape } = parseOptions(flatIndexOptions, options, 'flatIndex');
  return new FlatIndex(shape, new VectorRows(memory, shape.dimensions));
}

/**
 * The index that {@link FlatIndex.save} wrote: one copy into kernel memory.
 *
 * @throws {InvalidInputError} it is not one, or its blocks do not fit its header
 * @throws {MemoryLimitError} it does not fit `memory`
 */
export function loadFlatIndex(saved: SavedIndex, options: Pick<FlatIndexOptions, 'memory'> = {}): FlatIndex {
  const { shape, rows } = loadRows(saved, options.memory ?? new KernelMemory());
  return new FlatIndex(shape, rows);
}

/** See {@link flatIndex}. */
export class FlatIndex implements VectorIndex {
  readonly dimensions: number;
  readonly similarity: Similarity;
  readonly #rows: VectorRows;

  /** @param rows whose vectors are unit length under cosine; others use {@link flatIndex} */
  constructor({ dimensions, similarity }: VectorShape, rows: VectorRows) {
    this.dimensions = dimensions;
    this.similarity = similarity;
    this.#rows = rows;
  }

  get size(): number {
    return this.#rows.size;
  }

  get bytes(): number {
    return this.#rows.bytes;
  }

  add(ordinals: Uint32Array, vectors: Matrix): void {
    const lengths = checkedLengths('vectors', vectors, this);
    expectDistinct(ordinals, vectors.rows);
    this.#rows.set(ordinals, vectors, this.similarity === 'cosine' ? lengths : undefined);
  }

  /**
   * Makes room at once for `size` vectors in all, where many are about to be added.
   *
   * @throws {MemoryLimitError} they do not fit
   */
  reserve(size: number): void {
    this.#rows.reserve(size);
  }

  has(ordinal: number): boolean {
    return this.#rows.rowOf(ordinal) !== -1;
  }

  remove(ordinals: Uint32Array): number {
    return ordinals.reduce((removed, ordinal) => removed + Number(this.#rows.remove(ordinal)), 0);
  }

  search(queries: Matrix, options: VectorSearchOptions): Neighbours {
    const steps = this.searchInSteps(queries, options);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  }

  /**
   * As {@link search}, in steps of under a millisecond: whoever runs it may let others run between them. What is
   * added or removed in between makes it start over.
   */
  searchInSteps(queries: Matrix, options: VectorSearchOptions): Generator<undefined, Neighbours> {
    const { topK, filter } = parseSearch('FlatIndex.search', options);
    const padded = padQueries(queries, this);
    if (filter) expectCovered(filter, this.#rows);
    const query = { queries: padded, similarity: this.similarity, topK };
    return flatSearch(this.#rows, filter ? { ...query, filter } : query);
  }

  score(queries: Matrix, offsets: Uint32Array, ordinals: Uint32Array): Float32Array {
    return exactScores(this.#rows, this.similarity, { queries: padQueries(queries, this), offsets, ordinals });
  }

  /** Ordinals and vectors of the places `start` to `end - 1`, at most `size`, as they are stored: copies. */
  entries(start: number, end: number): { readonly ordinals: Uint32Array; readonly vectors: Matrix } {
    const { columns } = this.#rows;
    const stored = this.#rows.vectors(start, end);
    const data = new Float32Array((end - start) * this.dimensions);
    for (let at = 0; at < end - start; at++) {
      data.set(stored.subarray(at * columns, at * columns + this.dimensions), at * this.dimensions);
    }
    const vectors = { data, rows: end - start, columns: this.dimensions };
    return { ordinals: this.#rows.ordinals(start, end).slice(), vectors };
  }

  save(): SavedIndex {
    return saveRows(this, this.#rows);
  }

  /** Gives its kernel memory back, where others live in it too. Nothing may be called afterwards. */
  close(): void {
    this.#rows.close();
  }
}
