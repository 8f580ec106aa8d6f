import {
  InvalidInputError,
  type Matrix,
  type Neighbours,
  parseOptions,
  type SavedIndex,
  type Similarity,
  type VectorIndex,
  type VectorSearchOptions,
} from '@sluice/core';
import { clampScores, KernelMemory, scoreFloat32Listed } from '@sluice/kernels';
import { z } from 'zod';
import { checkedLengths } from '../checked-vectors.js';
import { expectDistinct } from '../expect-distinct.js';
import { type PaddedQueries, padQueries } from '../padded-queries.js';
import { parseSearch } from '../vector-search.js';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';
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
    if (filter) this.#expectCovered(filter.size);
    const query = { queries: padded, similarity: this.similarity, topK };
    return flatSearch(this.#rows, filter ? { ...query, filter } : query);
  }

  score(queries: Matrix, offsets: Uint32Array, ordinals: Uint32Array): Float32Array {
    const padded = padQueries(queries, this);
    expectOffsets(offsets, padded.count, ordinals.length);
    const scores = new Float32Array(ordinals.length);
    const rows = ordinals.map((ordinal, at) => this.#expectRow(ordinal, at));
    for (let query = 0; query < padded.count; query++) {
      const [start = 0, end = 0] = offsets.subarray(query, query + 2);
      if (end > start) scores.set(this.#scoreOne(padded, query, rows.subarray(start, end)), start);
    }
    return scores;
  }

  save(): SavedIndex {
    return saveRows(this, this.#rows);
  }

  /** Gives its kernel memory back, where others live in it too. Nothing may be called afterwards. */
  close(): void {
    this.#rows.close();
  }

  #scoreOne({ data, columns }: PaddedQueries, at: number, listed: Uint32Array): Float32Array {
    const { memory } = this.#rows;
    const region = memory.allocate((columns + 2 * listed.length + 8) * 4);
    try {
      const query = region.float32(0, columns);
      const list = region.uint32(columns * 4, listed.length);
      const scores = region.float32(Math.ceil((columns + listed.length) / 4) * 16, listed.length);
      query.set(data.subarray(at * columns, (at + 1) * columns));
      list.set(listed);
      const metric = this.similarity === 'euclidean' ? 'euclidean' : 'dot';
      scoreFloat32Listed(memory, { metric, query, rows: this.#rows.vectors(), list, scores, columns });
      if (this.similarity === 'cosine') clampScores(memory, { scores, minimum: -1, maximum: 1 });
      return scores.slice();
    } finally {
      memory.free(region);
    }
  }

  #expectRow(ordinal: number, at: number): number {
    const row = this.#rows.rowOf(ordinal);
    if (row !== -1) return row;
    const problem = `ordinal ${ordinal} is not in the index`;
    throw new InvalidInputError({ source: 'ordinals', row: at }, problem, 'Score what was added and not removed.');
  }

  #expectCovered(size: number): void {
    if (size >= this.#rows.ordinalBound) return;
    const outside = this.#rows.ordinals().find((ordinal) => ordinal >= size);
    if (outside === undefined) return;
    const problem = `the filter's size is ${size} and ordinal ${outside} is in the index`;
    throw new InvalidInputError({ source: 'filter' }, problem, 'Make the filter as large as the greatest ordinal + 1.');
  }
}

/** @throws {InvalidInputError} `offsets` are not `queries + 1` numbers from 0 to `total`, never falling */
function expectOffsets(offsets: Uint32Array, queries: number, total: number): void {
  const isRising = offsets.every((offset, at) => at === 0 || offset >= (offsets[at - 1] ?? 0));
  if (offsets.length === queries + 1 && isRising && offsets[0] === 0 && offsets[queries] === total) return;
  throw new InvalidInputError(
    { source: 'offsets' },
    `they do not divide ${total} ordinals among ${queries} queries`,
    'Pass one more than there are queries, from 0 to the number of ordinals, never falling.',
  );
}
