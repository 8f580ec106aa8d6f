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
import { answerEach, CandidateScores, SeenRows } from '../candidate-scores.js';
import { checkedLengths } from '../checked-vectors.js';
import { expectCovered } from '../expect-covered.js';
import { expectDistinct } from '../expect-distinct.js';
import { exactScores } from '../flat/exact-scores.js';
import { scanAll } from '../flat/scan-all.js';
import { padQueries } from '../padded-queries.js';
import { parseSearch } from '../vector-search.js';
import { Forest } from './forest.js';
import { type ForestIndexOptions, type ForestIndexSettings, forestIndexOptions } from './forest-options.js';
import type { ForestPoints } from './forest-points.js';
import { ForestSearch } from './forest-search.js';
import { emptyForest, type ForestState, loadForest, saveForest } from './saved-forest.js';

/** Candidates in no order cost more than rows in their order: beyond this share of them a scan is as fast. */
const SCAN_SHARE = 0.25;
/** A vector longer than all before makes room for others: every change of lengths builds the trees again. */
const LENGTH_SPARE = 1.25;
/** With so many times as many rows as when they were built, or the same fraction, the trees are built again. */
const REBUILD_GROWTH = 2;
/** How many of the best are looked at to see what may be missing: more than are wanted, since more tell more. */
const LOOK_FACTOR = 5;
const LOOK_SPARE = 10;

/**
 * Approximate search by a forest of trees, each of which divides the vectors by random planes between two of them.
 *
 * A search goes down all trees at once, least wrong side first, and compares the rows of the leaves exactly. It goes
 * on until few neighbours can be missing: how many trees found each of the best tells how many none has found yet. That is
 * an estimate, made on the safe side: asked for .80, .90, .95 and .99, it found .953, .968, .978 and .994 of the ten
 * nearest among 40,000 text embeddings.
 *
 * Inner products are searched by making all vectors equally long. Scores are exact always, neighbours may be missed.
 * The same calls in the same order give the same index.
 *
 * Source: Annoy; the survey arXiv 2310.11703.
 *
 * Cost: 4 bytes a number; for each tree about 10 bytes a vector, and the padded width x 4 bytes for every 40 vectors
 * or so. Trees are built again as a whole when the number of vectors has doubled or halved.
 *
 * @throws {InvalidOptionsError} an option is out of range; `path` names it
 * @example const index = forestIndex({ dimensions: 384, similarity: 'cosine' });
 */
export function forestIndex(options: ForestIndexOptions): ForestIndex {
  const parsed = parseOptions(forestIndexOptions, options, 'forestIndex');
  const { memory = new KernelMemory(), dimensions, similarity, ...settings } = parsed;
  return new ForestIndex(emptyForest({ dimensions, similarity }, settings, memory));
}

/**
 * The index that {@link ForestIndex.save} wrote, trees included.
 *
 * @throws {InvalidInputError} it is not one, or its blocks contradict its header or each other
 * @throws {MemoryLimitError} it does not fit `memory`
 */
export function loadForestIndex(saved: SavedIndex, options: Pick<ForestIndexOptions, 'memory'> = {}): ForestIndex {
  return new ForestIndex(loadForest(saved, options.memory ?? new KernelMemory()));
}

/** See {@link forestIndex}. */
export class ForestIndex implements VectorIndex {
  readonly dimensions: number;
  readonly similarity: Similarity;
  readonly settings: ForestIndexSettings;
  readonly #points: ForestPoints;
  readonly #seen = new SeenRows();
  #forest: Forest;
  #builtRows: number;
  #candidates = 0;

  /** @param state that belongs together; others use {@link forestIndex} */
  constructor({ shape, settings, points, forest, builtRows }: ForestState) {
    this.dimensions = shape.dimensions;
    this.similarity = shape.similarity;
    this.settings = settings;
    this.#points = points;
    this.#forest = forest;
    this.#builtRows = builtRows;
  }

  get size(): number {
    return this.#points.rows.size;
  }

  get bytes(): number {
    return this.#points.rows.bytes + this.#points.bytes + this.#forest.bytes + this.#seen.bytes;
  }

  /** Vectors compared by searches in trees so far, for comparisons of effort. */
  get evaluations(): number {
    return this.#candidates;
  }

  add(ordinals: Uint32Array, vectors: Matrix): void {
    const lengths = checkedLengths('vectors', vectors, this);
    expectDistinct(ordinals, vectors.rows);
    const { rows } = this.#points;
    const first = rows.size;
    rows.set(ordinals, vectors, this.similarity === 'cosine' ? lengths : undefined);
    const changed = ordinals.map((ordinal) => rows.rowOf(ordinal));
    const longest = this.similarity === 'dot' ? lengths.reduce((most, length) => Math.max(most, length), 0) : 0;
    if (longest > this.#points.longest) {
      this.#points.liftTo(this.#points.longest === 0 ? longest : LENGTH_SPARE * longest);
      this.#rebuild();
    } else if (rows.size > REBUILD_GROWTH * this.#builtRows) {
      this.#points.liftRows(changed);
      this.#rebuild();
    } else {
      for (const row of changed) if (row < first) this.#forest.remove(row);
      this.#points.liftRows(changed);
      this.#forest.add(changed);
    }
  }

  has(ordinal: number): boolean {
    return this.#points.rows.rowOf(ordinal) !== -1;
  }

  remove(ordinals: Uint32Array): number {
    const removed = ordinals.reduce((count, ordinal) => count + Number(this.#removeOne(ordinal)), 0);
    if (this.size * REBUILD_GROWTH < this.#builtRows) this.#rebuild();
    return removed;
  }

  search(queries: Matrix, options: VectorSearchOptions): Neighbours {
    const { topK, filter, recall = this.settings.recall } = parseSearch('ForestIndex.search', options);
    const padded = padQueries(queries, this);
    const { rows } = this.#points;
    if (filter) expectCovered(filter, rows);
    const question = { similarity: this.similarity, topK, ...(filter && { filter }) };
    const passing = Math.min(this.size, filter?.count() ?? this.size);
    if (passing <= this.settings.scanBelow || recall === 1) return scanAll(rows, padded, question);
    const looked = { ...question, topK: LOOK_FACTOR * topK + LOOK_SPARE };
    const candidates = new CandidateScores(rows, looked, this.#seen);
    const effort = { recall, maxCandidates: SCAN_SHARE * passing, maxProposals: this.size };
    try {
      return answerEach(padded, (query) => {
        candidates.start(query);
        const isEnough = new ForestSearch(this.#forest, rows, candidates).run(query, effort);
        this.#candidates += candidates.count;
        if (isEnough) return candidates.take(topK);
        return scanAll(rows, { count: 1, columns: padded.columns, data: query }, question);
      });
    } finally {
      candidates.close();
    }
  }

  score(queries: Matrix, offsets: Uint32Array, ordinals: Uint32Array): Float32Array {
    const { rows } = this.#points;
    return exactScores(rows, this.similarity, { queries: padQueries(queries, this), offsets, ordinals });
  }

  save(): SavedIndex {
    return saveForest({
      shape: { dimensions: this.dimensions, similarity: this.similarity },
      ...{ settings: this.settings, points: this.#points, forest: this.#forest, builtRows: this.#builtRows },
    });
  }

  /** Gives its kernel memory back, where others live in it too. Nothing may be called afterwards. */
  close(): void {
    this.#points.close();
    this.#points.rows.close();
  }

  #removeOne(ordinal: number): boolean {
    const { rows } = this.#points;
    const row = rows.rowOf(ordinal);
    if (row === -1) return false;
    const last = rows.size - 1;
    this.#forest.remove(row);
    if (row !== last) {
      // The last row takes the place of the one that goes.
      this.#forest.rename(last, row);
      this.#points.moveRow(last, row);
    }
    return rows.remove(ordinal);
  }

  #rebuild(): void {
    const { rows } = this.#points;
    this.#forest = new Forest(this.#points, this.settings);
    this.#forest.add(Uint32Array.from({ length: rows.size }, (_, row) => row));
    this.#builtRows = rows.size;
  }
}
