import {
  type Matrix,
  type Neighbours,
  parseOptions,
  type SavedIndex,
  type Similarity,
  unpaced,
  type VectorIndex,
  type VectorSearchOptions,
} from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import type { EffortCurve } from '../../effort-curve.js';
import { checkedLengths } from '../checked-vectors.js';
import { expectCovered } from '../expect-covered.js';
import { expectDistinct } from '../expect-distinct.js';
import { padQueries } from '../padded-queries.js';
import { parseSearch } from '../vector-search.js';
import type { VectorShape } from '../vector-shape.js';
import { exactScores } from './exact-scores.js';
import { type FlatIndexOptions, type FlatSettings, flatIndexOptions } from './flat-options.js';
import { FlatParts } from './flat-parts.js';
import type { FlatRows } from './flat-rows.js';
import type { FlatQuery } from './flat-scan.js';
import { flatSearch } from './flat-search.js';
import { Int8Rows } from './int8-rows.js';
import { Int8Scores } from './int8-scores.js';
import { measureShortlists } from './measure-shortlists.js';
import { loadRows, saveRows } from './saved-rows.js';
import { shortlistSearch } from './shortlist-search.js';
import type { SignsScores } from './signs-scores.js';

/** Neighbours that a shortlist has beyond those that are wanted. */
const SPARE = 8;
/** Recall of bits is measured again when the number of vectors has changed by this share. */
const CHANGED_SHARE = 0.25;
/** More than this share of all rows are scanned as a whole, and the filter asked about what is good enough. */
const LIST_SHARE = 0.5;
/** Neighbours whose places in a shortlist are measured. */
const MEASURED_DEPTH = 10;
/** Up to so many numbers all are compared, bits or not: that is as fast. */
const FEW_NUMBERS = 2 ** 19;
/** A shortlist of those that pass a filter is so many times as long: they lie further apart than was measured. */
const FILTERED_FACTOR = 2;
/** Ranking one row of a shortlist takes as long as scanning so many. */
const SCAN_COST = 3;

/**
 * Exact search: every query is compared with every vector.
 *
 * The oracle of the approximate indexes, and the fastest choice for small or heavily filtered sets. Scores are those of
 * what is kept ({@link FlatParameters.storage}), in float32: the same bits alone and in a batch, and with or without
 * SIMD. `int8` compares whole numbers first, and exactly what their error leaves open. `binary` is the approximate one:
 * how many of the best by their bits are ranked by what is kept follows from the recall, by a measurement against exact
 * search, made when first asked for and when the number of vectors has changed by a quarter.
 *
 * Cost: 4, 2 or 1 bytes a number, a bit more for `binary`; see `pnpm bench kernels` for the time.
 *
 * @throws {InvalidOptionsError} an option is out of range; `path` names it
 * @example const index = flatIndex({ dimensions: 384, similarity: 'cosine' });
 */
export function flatIndex(options: FlatIndexOptions): FlatIndex {
  const parsed = parseOptions(flatIndexOptions, options, 'flatIndex');
  const { memory = new KernelMemory(), dimensions, similarity, ...settings } = parsed;
  const shape = { dimensions, similarity };
  return new FlatIndex(shape, settings, FlatParts.empty(shape, settings, memory));
}

/**
 * The index that {@link FlatIndex.save} wrote: one copy into kernel memory.
 *
 * @throws {InvalidInputError} it is not one, or its blocks do not fit its header
 * @throws {MemoryLimitError} it does not fit `memory`
 */
export function loadFlatIndex(saved: SavedIndex, options: Pick<FlatIndexOptions, 'memory'> = {}): FlatIndex {
  const { shape, settings, parts } = loadRows(saved, options.memory ?? new KernelMemory());
  return new FlatIndex(shape, settings, parts);
}

/** See {@link flatIndex}. */
export class FlatIndex implements VectorIndex {
  readonly dimensions: number;
  readonly similarity: Similarity;
  readonly settings: FlatSettings;
  readonly #parts: FlatParts;
  #measured: { readonly size: number; readonly curve: EffortCurve } | undefined;

  /** @param parts whose vectors are unit length under cosine; others use {@link flatIndex} */
  constructor({ dimensions, similarity }: VectorShape, settings: FlatSettings, parts: FlatParts) {
    this.dimensions = dimensions;
    this.similarity = similarity;
    this.settings = settings;
    this.#parts = parts;
  }

  get size(): number {
    return this.#rows.size;
  }

  get bytes(): number {
    return this.#parts.bytes;
  }

  add(ordinals: Uint32Array, vectors: Matrix): void {
    const lengths = checkedLengths('vectors', vectors, this);
    expectDistinct(ordinals, vectors.rows);
    this.#parts.set(ordinals, vectors, this.similarity === 'cosine' ? lengths : undefined);
  }

  /**
   * Makes room at once for `size` vectors in all, where many are about to be added.
   *
   * @throws {MemoryLimitError} they do not fit
   */
  reserve(size: number): void {
    this.#parts.reserve(size);
  }

  has(ordinal: number): boolean {
    return this.#rows.rowOf(ordinal) !== -1;
  }

  remove(ordinals: Uint32Array): number {
    return ordinals.reduce((removed, ordinal) => removed + Number(this.#parts.remove(ordinal)), 0);
  }

  search(queries: Matrix, options: VectorSearchOptions): Neighbours {
    return unpaced(this.searchInSteps(queries, options));
  }

  /**
   * As {@link search}, in steps of under a millisecond: whoever runs it may let others run between them. What is
   * added or removed in between makes it start over.
   */
  searchInSteps(queries: Matrix, options: VectorSearchOptions): Generator<undefined, Neighbours> {
    const { topK, filter, recall = this.settings.recall } = parseSearch('FlatIndex.search', options);
    const padded = padQueries(queries, this);
    if (filter) expectCovered(filter, this.#rows);
    const query = { queries: padded, similarity: this.similarity, topK, ...(filter && { filter }) };
    const isFew = filter !== undefined && filter.count() <= LIST_SHARE * this.size;
    const rows = this.#rows;
    const isLarge = this.size * this.dimensions > FEW_NUMBERS;
    if (this.#parts.signs && recall < 1 && isLarge && !isFew) return this.#searchBits(this.#parts.signs, query, recall);
    if (!(rows instanceof Int8Rows) || isFew) return flatSearch(rows, query);
    const codes = new Int8Scores(rows, this.similarity);
    return shortlistSearch(rows, codes, query, { length: 2 * topK + SPARE, until: 'proven' });
  }

  score(queries: Matrix, offsets: Uint32Array, ordinals: Uint32Array): Float32Array {
    return exactScores(this.#rows, this.similarity, { queries: padQueries(queries, this), offsets, ordinals });
  }

  /** Ordinals and vectors of the places `start` to `end - 1`, at most `size`, as they are stored: copies. */
  entries(start: number, end: number): { readonly ordinals: Uint32Array; readonly vectors: Matrix } {
    const { columns, memory } = this.#rows;
    const scratch = memory.allocate((end - start) * columns * 4);
    const list = Uint32Array.from({ length: end - start }, (_, at) => start + at);
    const stored = this.#rows.copy(list, scratch);
    const data = new Float32Array((end - start) * this.dimensions);
    for (let at = 0; at < end - start; at++) {
      data.set(stored.subarray(at * columns, at * columns + this.dimensions), at * this.dimensions);
    }
    memory.free(scratch);
    const vectors = { data, rows: end - start, columns: this.dimensions };
    return { ordinals: this.#rows.ordinals(start, end).slice(), vectors };
  }

  save(): SavedIndex {
    return saveRows(this, this.settings, this.#parts);
  }

  /** Gives its kernel memory back, where others live in it too. Nothing may be called afterwards. */
  close(): void {
    this.#parts.close();
  }

  get #rows(): FlatRows {
    return this.#parts.rows;
  }

  /** Where few pass, or the bits say too little, all that pass are compared. */
  *#searchBits(signs: SignsScores, query: FlatQuery, recall: number): Generator<undefined, Neighbours> {
    const curve = yield* this.#curveOf(signs);
    const passing = Math.min(this.size, query.filter?.count() ?? this.size);
    // Measured for ten; more lie closer together.
    const growth = Math.max(1, query.topK / MEASURED_DEPTH) * (query.filter ? FILTERED_FACTOR : 1);
    const places = (curve?.effortFor(recall) ?? Number.POSITIVE_INFINITY) * growth;
    if (passing === 0 || places * SCAN_COST >= passing) return yield* flatSearch(this.#rows, query);
    const length = Math.max(query.topK, Math.ceil(places));
    return yield* shortlistSearch(this.#rows, signs, query, { length, until: 'once' });
  }

  *#curveOf(signs: SignsScores): Generator<undefined, EffortCurve | undefined> {
    const known = this.#measured;
    if (known && Math.abs(known.size - this.size) <= CHANGED_SHARE * known.size) return known.curve;
    const { size } = this;
    const curve = yield* measureShortlists(this.#rows, signs, this.similarity);
    if (curve) this.#measured = { size, curve };
    return curve;
  }
}
