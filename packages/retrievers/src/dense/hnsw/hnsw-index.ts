import {
  type Bitmap,
  type Matrix,
  type Neighbours,
  parseOptions,
  type SavedIndex,
  type Similarity,
  type VectorIndex,
  type VectorSearchOptions,
} from '@sluice/core';
import { type Graph, KernelMemory } from '@sluice/kernels';
import { checkedLengths } from '../checked-vectors.js';
import { expectCovered } from '../expect-covered.js';
import { expectDistinct } from '../expect-distinct.js';
import { exactScores } from '../flat/exact-scores.js';
import { flatSearch } from '../flat/flat-search.js';
import { type PaddedQueries, padQueries } from '../padded-queries.js';
import { parseSearch } from '../vector-search.js';
import type { VectorShape } from '../vector-shape.js';
import { beamFor } from './beam-for-recall.js';
import { type HnswIndexOptions, type HnswSettings, hnswIndexOptions, hnswParameters } from './hnsw-options.js';
import { emptyParts, type HnswParts, type HnswRows } from './hnsw-parts.js';
import { HnswSearch } from './hnsw-search.js';
import { Int8Codes } from './int8-codes.js';
import type { LiveRows } from './live-rows.js';
import { randomLevel } from './random-level.js';
import { loadHnsw, saveHnsw } from './saved-hnsw.js';

/** Removed rows stay as stepping stones until they are more than this share of all; then the graph is built again. */
const GONE_SHARE = 0.25;

/**
 * Approximate search: a navigable small world graph walked over 8-bit codes, the best rescored more exactly.
 *
 * Small indexes and small filtered subsets are compared one by one instead, which is as fast and exact; under other
 * filters the walk goes on until enough that pass are found. Neighbours may be missed. Scores are those of the vectors
 * as they are stored, in float32: see {@link HnswStorage} for their error, which `storage: 'float32'` is without.
 * The same additions in the same order give the same index.
 *
 * Source: Malkov and Yashunin, arXiv 1603.09320.
 *
 * Cost: 9 bits a number and about 9 x `degree` + 30 bytes a vector (float32: 4 bytes a number more); `pnpm bench ann` for time and recall.
 *
 * @throws {InvalidOptionsError} an option is out of range; `path` names it
 * @example const index = hnswIndex({ dimensions: 384, similarity: 'cosine' });
 */
export function hnswIndex(options: HnswIndexOptions): HnswIndex {
  const parsed = parseOptions(hnswIndexOptions, options, 'hnswIndex');
  const { memory = new KernelMemory(), dimensions, similarity, ...settings } = parsed;
  const shape = { dimensions, similarity };
  return new HnswIndex(shape, settings, emptyParts(memory, shape, settings));
}

/**
 * The index that {@link HnswIndex.save} wrote, links included.
 *
 * @throws {InvalidInputError} it is not one, or its blocks contradict its header or each other
 * @throws {MemoryLimitError} it does not fit `memory`
 */
export function loadHnswIndex(saved: SavedIndex, options: Pick<HnswIndexOptions, 'memory'> = {}): HnswIndex {
  const { shape, settings, ...parts } = loadHnsw(saved, options.memory ?? new KernelMemory());
  return new HnswIndex(shape, settings, parts);
}

/** See {@link hnswIndex}. */
export class HnswIndex implements VectorIndex {
  readonly dimensions: number;
  readonly similarity: Similarity;
  readonly #rows: HnswRows;
  readonly #graph: Graph;
  readonly #live: LiveRows;
  readonly #codes: Int8Codes;
  /** The vector that is being added, padded with zeros. */
  readonly #vector: Float32Array;
  #settings: HnswSettings;

  /** @param parts that belong together; others use {@link hnswIndex} */
  constructor({ dimensions, similarity }: VectorShape, settings: HnswSettings, { rows, graph, live }: HnswParts) {
    this.dimensions = dimensions;
    this.similarity = similarity;
    this.#settings = settings;
    this.#rows = rows;
    this.#graph = graph;
    this.#live = live;
    this.#codes = new Int8Codes(dimensions, similarity);
    this.#vector = new Float32Array(rows.columns);
  }

  get settings(): HnswSettings {
    return this.#settings;
  }

  get size(): number {
    return this.#live.count;
  }

  get bytes(): number {
    return this.#rows.bytes + this.#graph.bytes + this.#live.bytes;
  }

  /** Distances computed by walks so far, for comparisons of effort; wraps at 2 ** 32. */
  get evaluations(): number {
    return this.#graph.evaluations;
  }

  has(ordinal: number): boolean {
    return this.#rows.rowOf(ordinal) !== -1;
  }

  /**
   * Another width for searches that do not name a recall.
   *
   * @param beam 1 to 65,536
   * @throws {InvalidOptionsError} it is out of range
   */
  setBeam(beam: number): void {
    this.#settings = parseOptions(hnswParameters, { ...this.#settings, beam }, 'HnswIndex.setBeam');
  }

  add(ordinals: Uint32Array, vectors: Matrix): void {
    const lengths = checkedLengths('vectors', vectors, this);
    expectDistinct(ordinals, vectors.rows);
    this.#makeRoom(ordinals.length);
    for (const ordinal of ordinals) this.#abandon(ordinal);
    for (const [at, ordinal] of ordinals.entries()) {
      const start = at * this.dimensions;
      this.#vector.set(vectors.data.subarray(start, start + this.dimensions));
      if (this.similarity === 'cosine') divide(this.#vector, lengths[at] ?? 1);
      this.#append(ordinal);
    }
    this.#live.grow(this.#rows.size);
    this.#compactIfWorthIt();
  }

  /**
   * Makes room at once for `size` vectors in all, removed ones included, where many are about to be added.
   *
   * @throws {MemoryLimitError} they do not fit
   */
  reserve(size: number): void {
    this.#rows.reserve(size);
    this.#graph.reserve(size);
  }

  remove(ordinals: Uint32Array): number {
    const removed = ordinals.reduce((count, ordinal) => count + Number(this.#abandon(ordinal)), 0);
    this.#compactIfWorthIt();
    return removed;
  }

  search(queries: Matrix, options: VectorSearchOptions): Neighbours {
    const { topK, recall, filter } = parseSearch('HnswIndex.search', options);
    const padded = padQueries(queries, this);
    if (filter) expectCovered(filter, this.#rows);
    const beam = Math.max(topK, recall === undefined ? this.#settings.beam : beamFor(recall, this.#rows.size));
    const passing = filter ? Math.min(filter.count(), this.size) : this.size;
    if (this.#isScanBetter(passing, beam) || recall === 1) return this.#scan(padded, topK, filter);
    const search = new HnswSearch(
      { rows: this.#rows, graph: this.#graph, live: this.#live },
      { similarity: this.similarity, topK, beam, passing, ...(filter && { filter }) },
    );
    return search.run(padded, (query) => this.#scan(query, topK, filter));
  }

  score(queries: Matrix, offsets: Uint32Array, ordinals: Uint32Array): Float32Array {
    return exactScores(this.#rows, this.similarity, { queries: padQueries(queries, this), offsets, ordinals });
  }

  save(): SavedIndex {
    return saveHnsw(this, this.#settings, { rows: this.#rows, graph: this.#graph, live: this.#live });
  }

  /** Gives its kernel memory back, where others live in it too. Nothing may be called afterwards. */
  close(): void {
    this.#rows.close();
    this.#graph.close();
  }

  /** A walk computes about ten distances for each place in its beam, and a scan one for each vector. */
  #isScanBetter(passing: number, beam: number): boolean {
    if (passing <= Math.max(this.#settings.scanBelow, 2 * beam)) return true;
    return passing < this.size && passing * passing <= 5 * beam * this.size;
  }

  #scan(queries: PaddedQueries, topK: number, filter: Bitmap | undefined): Neighbours {
    const list = this.#live.list(this.#rows, filter);
    const steps = flatSearch(this.#rows, { queries, similarity: this.similarity, topK, list });
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  }

  #makeRoom(added: number): void {
    const { seed, degree, buildBeam } = this.#settings;
    const first = this.#rows.size;
    let levels = 0;
    for (let row = first; row < first + added; row++) levels += randomLevel(seed, row, degree);
    this.#rows.makeRoom(first + added);
    this.#graph.makeRoom(first + added, levels, buildBeam);
  }

  #abandon(ordinal: number): boolean {
    const row = this.#rows.abandon(ordinal);
    if (row !== -1) this.#live.delete(row);
    return row !== -1;
  }

  /** Adds what is in `#vector`. */
  #append(ordinal: number): void {
    const { seed, degree, buildBeam } = this.#settings;
    const code = this.#codes.encode(this.#vector);
    const level = randomLevel(seed, this.#rows.size, degree);
    this.#rows.append(ordinal, this.#vector, code);
    this.#graph.add(code, level, buildBeam);
  }

  #compactIfWorthIt(): void {
    const gone = this.#rows.size - this.size;
    if (gone <= this.#settings.scanBelow || gone <= GONE_SHARE * this.#rows.size) return;
    const { seed, degree, buildBeam } = this.#settings;
    const kept = this.#live.list(this.#rows, undefined);
    this.#rows.compact(kept);
    this.#live.reset(kept.length);
    this.#graph.rebuild(kept, (row) => randomLevel(seed, row, degree), buildBeam);
  }
}

function divide(row: Float32Array, divisor: number): void {
  for (let column = 0; column < row.length; column++) row[column] = (row[column] ?? 0) / divisor;
}
