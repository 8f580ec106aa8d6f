import {
  type Matrix,
  type Neighbours,
  parseOptions,
  type SavedIndex,
  type Similarity,
  type VectorIndex,
  type VectorSearchOptions,
} from '@sluice/core';
import { KernelMemory, type Region } from '@sluice/kernels';
import { answerEach, CandidateScores, SeenRows } from '../candidate-scores.js';
import { checkedLengths } from '../checked-vectors.js';
import { expectCovered } from '../expect-covered.js';
import { expectDistinct } from '../expect-distinct.js';
import { exactScores } from '../flat/exact-scores.js';
import { scanAll } from '../flat/scan-all.js';
import { VectorRows } from '../flat/vector-rows.js';
import { padQueries } from '../padded-queries.js';
import { parseSearch } from '../vector-search.js';
import { BucketChains } from './bucket-chains.js';
import { type HashIndexOptions, type HashIndexSettings, hashIndexOptions } from './hash-options.js';
import { fittingScale, type HashScale } from './hash-scale.js';
import { proposeCandidates } from './hash-search.js';
import { RowHasher } from './row-hasher.js';
import { type HashState, loadHash, saveHash } from './saved-hash.js';

/** Candidates in no order cost more than rows in their order: beyond this share of them a scan is as fast. */
const SCAN_SHARE = 0.2;

/**
 * Approximate search by random hyperplanes: vectors at small angles share buckets, whose rows are compared exactly.
 *
 * How many buckets of how many tables are visited is decided while searching: the probability that a true neighbour
 * was met is known, and the search goes on until it is what `recall` asks. Text embeddings have near neighbours at
 * wide angles, where this needs many buckets; `hnswIndex` is faster for them. Hashing is for adding and removing
 * cheaply, and for neighbours that are really near.
 *
 * Euclidean distances are hashed into slots of a random ruler, inner products after making all vectors equally long.
 * Scores are exact always, neighbours may be missed. The same additions in the same order give the same index.
 *
 * Source: Charikar 2002; Lv and others 2007 for the order of buckets; the survey arXiv 2310.11703.
 *
 * Cost: 4 bytes a number and 10 x `tables` a vector.
 *
 * @throws {InvalidOptionsError} an option is out of range; `path` names it
 * @example const index = hashIndex({ dimensions: 384, similarity: 'cosine' });
 */
export function hashIndex(options: HashIndexOptions): HashIndex {
  const parsed = parseOptions(hashIndexOptions, options, 'hashIndex');
  const { memory = new KernelMemory(), dimensions, similarity, ...settings } = parsed;
  const shape = { dimensions, similarity };
  const state = { shape, settings, scale: { value: 1, rows: 0 }, rows: new VectorRows(memory, dimensions) };
  return new HashIndex(state, new Uint16Array(0));
}

/**
 * The index that {@link HashIndex.save} wrote, without hashing anything again.
 *
 * @throws {InvalidInputError} it is not one, or its blocks contradict its header
 * @throws {MemoryLimitError} it does not fit `memory`
 */
export function loadHashIndex(saved: SavedIndex, options: Pick<HashIndexOptions, 'memory'> = {}): HashIndex {
  const { codes, ...state } = loadHash(saved, options.memory ?? new KernelMemory());
  return new HashIndex(state, codes);
}

/** See {@link hashIndex}. */
export class HashIndex implements VectorIndex {
  readonly dimensions: number;
  readonly similarity: Similarity;
  readonly settings: HashIndexSettings;
  readonly #rows: VectorRows;
  readonly #hasher: RowHasher;
  readonly #chains: BucketChains;
  readonly #seen = new SeenRows();
  #scale: HashScale;
  #candidates = 0;

  /** @param codes of the rows that are there; others use {@link hashIndex} */
  constructor({ shape, settings, scale, rows }: HashState, codes: Uint16Array) {
    this.dimensions = shape.dimensions;
    this.similarity = shape.similarity;
    this.settings = settings;
    this.#rows = rows;
    this.#chains = new BucketChains(settings.tables, settings.bits);
    this.#hasher = new RowHasher(rows.memory, shape, rows.columns, settings);
    this.#scale = scale;
    this.#hasher.scale = scale.value;
    this.#chains.reserve(rows.size);
    const { tables } = settings;
    for (let row = 0; row < rows.size; row++) {
      this.#chains.link(row, codes.subarray(row * tables, (row + 1) * tables));
    }
  }

  get size(): number {
    return this.#rows.size;
  }

  get bytes(): number {
    return this.#rows.bytes + this.#chains.bytes + this.#hasher.bytes + this.#seen.bytes;
  }

  /** Vectors compared by searches in buckets so far, for comparisons of effort. */
  get evaluations(): number {
    return this.#candidates;
  }

  add(ordinals: Uint32Array, vectors: Matrix): void {
    const lengths = checkedLengths('vectors', vectors, this);
    expectDistinct(ordinals, vectors.rows);
    // Taken before anything changes: where there is no room for it, nothing has.
    const room = this.#hasher.scratch();
    try {
      const first = this.#rows.size;
      this.#rows.set(ordinals, vectors, this.similarity === 'cosine' ? lengths : undefined);
      const changed = ordinals.map((ordinal) => this.#rows.rowOf(ordinal));
      for (const row of changed) if (row < first) this.#chains.unlink(row);
      this.#chains.reserve(this.#rows.size);
      this.#link(changed, lengths, room);
    } finally {
      this.#rows.memory.free(room);
    }
  }

  has(ordinal: number): boolean {
    return this.#rows.rowOf(ordinal) !== -1;
  }

  remove(ordinals: Uint32Array): number {
    return ordinals.reduce((removed, ordinal) => removed + Number(this.#removeOne(ordinal)), 0);
  }

  search(queries: Matrix, options: VectorSearchOptions): Neighbours {
    const { topK, filter, recall = this.settings.recall } = parseSearch('HashIndex.search', options);
    const padded = padQueries(queries, this);
    if (filter) expectCovered(filter, this.#rows);
    const question = { similarity: this.similarity, topK, ...(filter && { filter }) };
    const passing = Math.min(this.size, filter?.count() ?? this.size);
    if (passing <= this.settings.scanBelow || recall === 1) return scanAll(this.#rows, padded, question);
    const candidates = new CandidateScores(this.#rows, question, this.#seen);
    const effort = { recall, maxCandidates: SCAN_SHARE * passing };
    try {
      return answerEach(padded, (query) => {
        const isEnough = this.#propose(query, candidates, effort);
        if (isEnough) return candidates.take();
        return scanAll(this.#rows, { count: 1, columns: padded.columns, data: query }, question);
      });
    } finally {
      candidates.close();
    }
  }

  score(queries: Matrix, offsets: Uint32Array, ordinals: Uint32Array): Float32Array {
    return exactScores(this.#rows, this.similarity, { queries: padQueries(queries, this), offsets, ordinals });
  }

  save(): SavedIndex {
    const shape = { dimensions: this.dimensions, similarity: this.similarity };
    return saveHash({ shape, settings: this.settings, scale: this.#scale, rows: this.#rows }, this.#chains);
  }

  /** Gives its kernel memory back, where others live in it too. Nothing may be called afterwards. */
  close(): void {
    this.#rows.close();
    this.#hasher.close();
  }

  #propose(
    query: Float32Array,
    candidates: CandidateScores,
    effort: { readonly recall: number; readonly maxCandidates: number },
  ): boolean {
    // Against vectors or a query of length 0 all inner products are equal, and no angle says anything.
    const hasAngles = this.similarity !== 'dot' || (this.#scale.value > 0 && query.some((value) => value !== 0));
    if (!hasAngles) return false;
    candidates.start(query);
    const isEnough = proposeCandidates(this.#chains, this.#hasher.hashQuery(query), candidates, effort);
    this.#candidates += candidates.count;
    return isEnough;
  }

  #removeOne(ordinal: number): boolean {
    const row = this.#rows.rowOf(ordinal);
    if (row === -1) return false;
    const last = this.#rows.size - 1;
    const { tables } = this.settings;
    this.#chains.unlink(row);
    if (row !== last) {
      // The last row takes the place of the one that goes.
      const codes = this.#chains.codes(this.#rows.size).slice(last * tables, (last + 1) * tables);
      this.#chains.unlink(last);
      this.#chains.link(row, codes);
    }
    return this.#rows.remove(ordinal);
  }

  /** Puts the changed rows, which are in no bucket, where they belong; all rows, where the scale changes. */
  #link(changed: Uint32Array, lengths: Float64Array, room: Region): void {
    const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
    const scale = fittingScale(this.similarity, this.#rows, this.#scale, longest);
    const isSame = scale.value === this.#scale.value;
    const list = isSame ? changed : Uint32Array.from({ length: this.#rows.size }, (_, row) => row);
    if (!isSame) {
      const isChanged = new Set(changed);
      for (const row of list) if (!isChanged.has(row)) this.#chains.unlink(row);
    }
    this.#scale = scale;
    this.#hasher.scale = scale.value;
    this.#hasher.hashRows(this.#rows, list, room, (row, codes) => this.#chains.link(row, codes));
  }
}
