import {
  type Bitmap,
  InvalidInputError,
  InvalidOptionsError,
  type Matrix,
  type Neighbours,
  parseOptions,
  type SavedIndex,
  type Similarity,
  type VectorIndex,
  type VectorSearchOptions,
} from '@sluice/core';
import { type Float32Metric, KernelMemory, MemoryLimitError, type Points } from '@sluice/kernels';
import type { EffortCurve } from '../../effort-curve.js';
import { checkedLengths } from '../checked-vectors.js';
import { CentroidTiles } from '../clustering/centroid-tiles.js';
import { kMeans } from '../clustering/k-means.js';
import { trainingPoints } from '../clustering/training-points.js';
import { expectCovered } from '../expect-covered.js';
import { expectDistinct } from '../expect-distinct.js';
import { exactScores } from '../flat/exact-scores.js';
import { scanAll } from '../flat/scan-all.js';
import { VectorRows } from '../flat/vector-rows.js';
import { heldOutSample } from '../held-out-sample.js';
import { neighboursFrom } from '../neighbour-lists.js';
import { type PaddedQueries, padQueries } from '../padded-queries.js';
import { parseSearch } from '../vector-search.js';
import type { VectorShape } from '../vector-shape.js';
import { CoarseLists } from './coarse-lists.js';
import {
  type IvfIndexOptions,
  type IvfSettings,
  ivfIndexOptions,
  type SliceWidths,
  widthProblem,
} from './ivf-options.js';
import { type ListEffort, searchLists } from './list-search.js';
import { spreadsOf } from './list-spreads.js';
import { measureLists } from './measure-lists.js';
import { type IvfState, loadIvf, saveIvf } from './saved-ivf.js';
import { SliceFactors } from './slice-factors.js';

const LISTS_PER_ROOT = 4;
const PROBED_SHARE = 1 / 16;
/** Lists are trained again when there are so many times as many vectors. */
const GROWTH = 4;
/** A recall of .95 is then known to about .01. */
const SAMPLE_QUERIES = 256;
/** Half of a sample lie in the middle between two vectors: their neighbours are spread over more lists. */
const MOVED = 0.5;
/** Recall is measured again when the number of vectors has changed by this share. */
const CHANGED_SHARE = 0.25;

/**
 * Approximate search: vectors in lists around centroids, a query compared with those of the nearest lists.
 *
 * Scores are exact always, neighbours may be missed. Small indexes and small filtered subsets are compared one by one
 * instead. With `recall`, a query reads the lists that may hold something better than what it has, by their spread;
 * how unlikely that may be is measured by an exact search for a sample of stored vectors, when first asked for and after
 * large changes. The same calls in the same order give the same answers.
 *
 * Weak on text embeddings beside `hnswIndex`, which needs fewer comparisons for the same recall; cheap to build.
 *
 * Cost: 4 bytes a number, 8 to 16 a vector and 8 for each number of a centroid. Training: `lists` squared x
 * `trainingVectors` x `iterations` x width multiplications.
 *
 * @throws {InvalidOptionsError} an option is out of range; `path` names it
 * @example const index = ivfIndex({ dimensions: 384, similarity: 'cosine' });
 */
export function ivfIndex(options: IvfIndexOptions): IvfIndex {
  const parsed = parseOptions(ivfIndexOptions, options, 'ivfIndex');
  const { memory = new KernelMemory(), dimensions, similarity, ...settings } = parsed;
  const widths = { clusterWidth: dimensions, scanWidth: dimensions, shortlist: 0 };
  return emptyIvf({ dimensions, similarity }, { ...settings, ...widths }, memory);
}

/** An index without vectors. */
export function emptyIvf(shape: VectorShape, settings: IvfSettings, memory: KernelMemory): IvfIndex {
  const rows = new VectorRows(memory, shape.dimensions);
  return new IvfIndex(shape, settings, { rows, coarse: undefined, trainsAt: settings.trainAbove + 1 });
}

/**
 * The index that {@link IvfIndex.save} wrote, lists included.
 *
 * @throws {InvalidInputError} it is not one, or its blocks contradict its header or each other
 * @throws {MemoryLimitError} it does not fit `memory`
 */
export function loadIvfIndex(saved: SavedIndex, options: Pick<IvfIndexOptions, 'memory'> = {}): IvfIndex {
  const { shape, settings, ...state } = loadIvf(saved, options.memory ?? new KernelMemory());
  return new IvfIndex(shape, settings, state);
}

/** See {@link ivfIndex}, and `adannsIvf` for lists over slices. */
export class IvfIndex implements VectorIndex {
  readonly dimensions: number;
  readonly similarity: Similarity;
  readonly settings: IvfSettings;
  readonly #rows: VectorRows;
  readonly #factors: SliceFactors;
  readonly #curves = new Map<string, { readonly size: number; readonly curve: EffortCurve }>();
  #coarse: CoarseLists | undefined;
  #trainsAt: number | null;

  /** @param state whose vectors are unit length under cosine; others use {@link ivfIndex} */
  constructor({ dimensions, similarity }: VectorShape, settings: IvfSettings, { rows, coarse, trainsAt }: IvfState) {
    this.dimensions = dimensions;
    this.similarity = similarity;
    this.settings = settings;
    this.#rows = rows;
    this.#factors = new SliceFactors(rows, similarity);
    this.#coarse = coarse;
    this.#trainsAt = trainsAt;
  }

  get size(): number {
    return this.#rows.size;
  }

  get bytes(): number {
    return this.#rows.bytes + this.#factors.bytes + (this.#coarse?.bytes ?? 0);
  }

  /** How many lists there are; 0 before training. */
  get lists(): number {
    return this.#coarse?.count ?? 0;
  }

  has(ordinal: number): boolean {
    return this.#rows.rowOf(ordinal) !== -1;
  }

  add(ordinals: Uint32Array, vectors: Matrix): void {
    const lengths = checkedLengths('vectors', vectors, this);
    expectDistinct(ordinals, vectors.rows);
    const first = this.#rows.size;
    this.#rows.set(ordinals, vectors, this.similarity === 'cosine' ? lengths : undefined);
    this.#enlist(
      ordinals.map((ordinal) => this.#rows.rowOf(ordinal)).filter((row) => row < first),
      first,
    );
    if (this.#trainsAt !== null && this.size >= this.#trainsAt) this.#trainIfItFits();
  }

  /**
   * Makes room at once for `size` vectors in all, where many are about to be added.
   *
   * @throws {MemoryLimitError} they do not fit
   */
  reserve(size: number): void {
    this.#rows.reserve(size);
  }

  /**
   * Trains the lists now: on a sample, after which they stay as they are however many vectors come, or on the vectors
   * that are here. Vectors already here go into the new lists.
   *
   * @throws {InvalidInputError} a row of the sample is not what `add` takes, or there is nothing to train on
   * @throws {MemoryLimitError} the lists do not fit; they are as before
   */
  train(sample?: Matrix): void {
    if (!sample) {
      this.#trainOn(this.#ownPoints(this.#rows));
      this.#trainsAt = Math.max(this.settings.trainAbove + 1, this.size * GROWTH);
      return;
    }
    const lengths = checkedLengths('sample', sample, this);
    const rows = new VectorRows(this.#rows.memory, this.dimensions);
    try {
      const names = Uint32Array.from({ length: sample.rows }, (_, row) => row);
      rows.set(names, sample, this.similarity === 'cosine' ? lengths : undefined);
      this.#trainOn(this.#ownPoints(rows));
      this.#trainsAt = null;
    } finally {
      rows.close();
    }
  }

  remove(ordinals: Uint32Array): number {
    return ordinals.reduce((removed, ordinal) => removed + Number(this.#removeOne(ordinal)), 0);
  }

  search(queries: Matrix, options: VectorSearchOptions): Neighbours {
    return this.searchAt(queries, this.settings, options);
  }

  /**
   * As {@link search}, with slices of other widths than the index was made with, and no rebuild (AdANNS-D).
   *
   * @param widths `clusterWidth` at most that of the index; each a multiple of 8, or that of the index or all dimensions
   * @throws {InvalidOptionsError} a width is not that
   */
  searchAt(queries: Matrix, widths: SliceWidths, options: VectorSearchOptions): Neighbours {
    const { topK, recall } = parseSearch('IvfIndex.search', options);
    this.#expectWidths(widths);
    const padded = padQueries(queries, this);
    if (options.filter) expectCovered(options.filter, this.#rows);
    const filter = options.filter && this.#passesAll(options.filter) ? undefined : options.filter;
    const coarse = this.#coarse;
    const { shortlist } = this.settings;
    const effort = coarse && recall !== 1 ? this.#effortOf(coarse, widths, recall) : undefined;
    const isExactBetter = !coarse || !effort || (filter && this.#isFew(filter, effort, coarse.count));
    const isByWholeVectors = shortlist > 0 || widths.scanWidth === this.dimensions;
    if (isExactBetter && isByWholeVectors) return this.#scan(padded, { topK, ...(filter && { filter }) });
    const parts = { rows: this.#rows, coarse: effort && coarse, factors: this.#factors };
    const question = { similarity: this.similarity, topK, widths, shortlist, ...(filter && { filter }) };
    return neighboursFrom(searchLists(parts, padded, { ...question, effort: effort ?? { lists: 0 } }));
  }

  score(queries: Matrix, offsets: Uint32Array, ordinals: Uint32Array): Float32Array {
    return exactScores(this.#rows, this.similarity, { queries: padQueries(queries, this), offsets, ordinals });
  }

  save(): SavedIndex {
    return saveIvf(this, this.settings, { rows: this.#rows, coarse: this.#coarse, trainsAt: this.#trainsAt });
  }

  /** Gives its kernel memory back, where others live in it too. Nothing may be called afterwards. */
  close(): void {
    this.#rows.close();
    this.#coarse?.close();
  }

  #removeOne(ordinal: number): boolean {
    const row = this.#rows.rowOf(ordinal);
    if (row === -1) return false;
    const last = this.size - 1;
    this.#coarse?.lists.remove(row);
    if (row !== last) this.#coarse?.lists.rename(last, row);
    return this.#rows.remove(ordinal);
  }

  /** Moves rows with new vectors to other lists, and puts those from `first` on into one. */
  #enlist(changed: Uint32Array, first: number): void {
    for (const row of changed) this.#coarse?.lists.remove(row);
    this.#coarse?.add(this.#rows, changed);
    this.#coarse?.add(this.#rows, run(first, this.size));
  }

  /** Lists only save time: where there is no memory for them, every vector is compared instead. */
  #trainIfItFits(): void {
    try {
      this.train();
    } catch (error) {
      if (!(error instanceof MemoryLimitError)) throw error;
    }
  }

  #trainOn(points: Points): void {
    const { memory } = this.#rows;
    const { seeding, seed, iterations, clusterWidth } = this.settings;
    if (points.count === 0) throw nothingToTrainOn();
    const clusters = this.#listsFor(Math.max(points.count, this.size));
    const metric = this.similarity === 'cosine' ? 'dot' : 'euclidean';
    const { centroids } = kMeans(points, { memory, clusters, metric, iterations, seeding, seed });
    const spreads = spreadsOf(points, listsOf(points, centroids, memory, metric), centroids, this.similarity);
    const coarse = new CoarseLists(memory, this.similarity, { centroids, spreads, width: clusterWidth });
    coarse.add(this.#rows, run(0, this.size));
    this.#coarse?.close();
    this.#coarse = coarse;
    this.#curves.clear();
  }

  #ownPoints(rows: VectorRows): Points {
    const { clusterWidth, trainingVectors, seed } = this.settings;
    const limit = trainingVectors * this.#listsFor(rows.size);
    const length = this.similarity === 'cosine' ? 'unit' : 'own';
    return trainingPoints(rows, { width: clusterWidth, limit, seed, length });
  }

  #listsFor(vectors: number): number {
    const { lists } = this.settings;
    return lists === 'auto' ? Math.ceil(LISTS_PER_ROOT * Math.sqrt(vectors)) : lists;
  }

  /** `undefined` where every vector must be compared. */
  #effortOf(coarse: CoarseLists, widths: SliceWidths, recall: number | undefined): ListEffort | undefined {
    const { nprobe } = this.settings;
    if (recall === undefined) {
      return { lists: Math.min(coarse.count, nprobe === 'auto' ? Math.ceil(coarse.count * PROBED_SHARE) : nprobe) };
    }
    const deviations = this.#curveAt(coarse, widths).effortFor(recall);
    return Number.isFinite(deviations) ? { deviations } : undefined;
  }

  #curveAt(coarse: CoarseLists, widths: SliceWidths): EffortCurve {
    const key = `${widths.clusterWidth} ${widths.scanWidth}`;
    const known = this.#curves.get(key);
    if (known && Math.abs(known.size - this.size) <= CHANGED_SHARE * known.size) return known.curve;
    const { similarity } = this;
    const { shortlist, seed } = this.settings;
    const parts = { rows: this.#rows, coarse, factors: this.#factors };
    const count = this.size === 0 ? 0 : SAMPLE_QUERIES;
    const sample = heldOutSample(this.#rows, run(0, this.size), { count, seed, similarity, moved: MOVED });
    const curve = measureLists(parts, { similarity, widths, shortlist }, sample);
    this.#curves.set(key, { size: this.size, curve });
    return curve;
  }

  #passesAll(filter: Bitmap): boolean {
    return filter.count() >= this.size && this.#rows.ordinals().every((ordinal) => filter.has(ordinal));
  }

  /** Whether no more vectors pass than would be compared anyway. */
  #isFew(filter: Bitmap, effort: ListEffort, lists: number): boolean {
    const share = 'lists' in effort ? effort.lists / lists : PROBED_SHARE;
    return Math.min(filter.count(), this.size) <= share * this.size;
  }

  #scan(queries: PaddedQueries, question: { readonly topK: number; readonly filter?: Bitmap }): Neighbours {
    return scanAll(this.#rows, queries, { similarity: this.similarity, ...question });
  }

  #expectWidths(widths: SliceWidths): void {
    for (const path of ['clusterWidth', 'scanWidth'] as const) {
      const width = widths[path];
      const isLonger = path === 'clusterWidth' && width > this.settings.clusterWidth;
      const problem = width === this.settings[path] ? undefined : widthProblem(width, this.dimensions);
      const message = isLonger ? `lists were made of ${this.settings.clusterWidth} columns` : problem;
      if (message) throw new InvalidOptionsError({ owner: 'IvfIndex.searchAt', issues: [{ path, message }] });
    }
  }
}

/** The list of each point. */
function listsOf(points: Points, centroids: Float32Array, memory: KernelMemory, metric: Float32Metric): Uint32Array {
  const { width } = points;
  const tiles = new CentroidTiles(memory, metric, {
    data: centroids,
    count: centroids.length / width,
    ...{ stride: width, from: 0, width },
  });
  const lists = new Uint32Array(points.count);
  tiles.nearest(points, lists);
  tiles.close();
  return lists;
}

/** The rows from `start` to `end - 1`. */
function run(start: number, end: number): Uint32Array {
  return Uint32Array.from({ length: Math.max(0, end - start) }, (_, at) => start + at);
}

function nothingToTrainOn(): InvalidInputError {
  return new InvalidInputError(
    { source: 'sample' },
    'there is no vector to train on',
    'Add vectors, or pass a sample.',
  );
}
