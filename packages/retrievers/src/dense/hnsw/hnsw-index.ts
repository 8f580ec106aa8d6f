import {
  type Bitmap,
  type Matrix,
  type Neighbours,
  parseOptions,
  type SavedIndex,
  type Similarity,
  unpaced,
  type VectorIndex,
  type VectorSearchOptions,
} from '@sluice/core';
import { type Graph, KernelMemory } from '@sluice/kernels';
import { checkedLengths } from '../checked-vectors.js';
import { lengthOf } from '../clustering/training-points.js';
import { expectCovered } from '../expect-covered.js';
import { expectDistinct } from '../expect-distinct.js';
import { exactScores } from '../flat/exact-scores.js';
import { flatSearch } from '../flat/flat-search.js';
import { type HeldOutSample, heldOutSample } from '../held-out-sample.js';
import { neighboursFrom } from '../neighbour-lists.js';
import { type PaddedQueries, padQueries } from '../padded-queries.js';
import { parseSearch } from '../vector-search.js';
import type { VectorShape } from '../vector-shape.js';
import { type BeamCalibration, isStale } from './beam-calibration.js';
import { calibrateBeam, type MeasuredSearch } from './calibrate-beam.js';
import { type HnswIndexOptions, type HnswSettings, hnswIndexOptions, hnswParameters } from './hnsw-options.js';
import { emptyParts, type HnswParts, type HnswRows } from './hnsw-parts.js';
import { type HnswPlan, planSearch } from './hnsw-plan.js';
import { type HnswQuestion, HnswSearch } from './hnsw-search.js';
import { type HnswAddition, HnswWriter } from './hnsw-writer.js';
import type { LiveRows } from './live-rows.js';
import { NodeCode } from './node-code.js';
import { type ParallelAddition, parallelAddition } from './parallel-addition.js';
import { loadHnsw, saveHnsw } from './saved-hnsw.js';

/** A recall of .95 is then known to .006, one of .99 to .002: one standard error, on text embeddings. */
const SAMPLE_QUERIES = 384;
/** Half of a sample are moved so far: then it is as hard as real questions about text are, and a little harder than held-out images. */
const MOVED = 0.25;

/**
 * Approximate search: a navigable small world graph walked over nine bits a number, of which one is looked at first, the best rescored exactly.
 *
 * Small indexes and small filtered subsets are compared one by one instead, which is as fast and exact; under other
 * filters the walk goes on until enough that pass are found. Neighbours may be missed. Scores are those of the vectors
 * as they are stored, in float32: see {@link HnswStorage} for their error, which `storage: 'float32'` is without.
 * The same additions in the same order give the same index, unless made by several threads. Removed vectors stay as stepping
 * stones until they are a quarter of all; then those that they linked are linked to each other.
 *
 * Source: Malkov and Yashunin, arXiv 1603.09320.
 *
 * Cost: 9 bits a number and about 9 x `degree` + 40 bytes a vector (float32: 4 bytes a number more); `pnpm bench ann` for time and recall.
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
  const { shape, settings, calibration, ...parts } = loadHnsw(saved, options.memory ?? new KernelMemory());
  return new HnswIndex(shape, settings, parts, calibration);
}

/** See {@link hnswIndex}. */
export class HnswIndex implements VectorIndex {
  readonly dimensions: number;
  readonly similarity: Similarity;
  readonly #rows: HnswRows;
  readonly #graph: Graph;
  readonly #live: LiveRows;
  readonly #writer: HnswWriter;
  /** The query that is being asked. */
  readonly #asked: NodeCode;
  #settings: HnswSettings;
  #calibration: BeamCalibration | undefined;
  /** What the rows had abandoned when it was measured. */
  #abandonedBefore: number;

  /** @param parts that belong together; others use {@link hnswIndex} */
  constructor(
    { dimensions, similarity }: VectorShape,
    settings: HnswSettings,
    parts: HnswParts,
    calibration?: BeamCalibration,
  ) {
    this.#calibration = calibration;
    this.dimensions = dimensions;
    this.similarity = similarity;
    this.#settings = settings;
    this.#rows = parts.rows;
    this.#abandonedBefore = parts.rows.abandoned - (calibration?.removed ?? 0);
    this.#graph = parts.graph;
    this.#live = parts.live;
    this.#asked = new NodeCode(dimensions, similarity);
    this.#writer = new HnswWriter({ dimensions, similarity }, settings, parts);
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
    unpaced(this.addInSteps(ordinals, vectors));
  }

  /**
   * As {@link add}, yielding after each vector, and after each whose links are mended for those that were replaced:
   * `await paced(index.addInSteps(ordinals, vectors), signal)`. The first step makes room for all, which copies what is
   * there, and the last drops what was replaced. Searches and other changes may come in between; given up, what was
   * added stays. The vectors must stay as they are until its end.
   *
   * @throws {MemoryLimitError} they do not fit; nothing has changed
   */
  *addInSteps(ordinals: Uint32Array, vectors: Matrix): Generator<undefined, void> {
    this.#writer.expectIdle();
    yield* this.#writer.addInSteps(this.#addition(ordinals, vectors));
  }

  /**
   * As {@link add}, off the calling thread where the index lives in shared memory: its links are found on worker threads.
   * Searches go on meanwhile and find what was there before, but for what is replaced; until it ends, adding, removing,
   * {@link reserve}, {@link save} and {@link close} are refused. All or nothing. With several threads two runs give
   * different links, equally good.
   *
   * @throws {InvalidOptionsError} `workers` is out of range
   * @throws {MemoryLimitError} they do not fit
   * @throws the signal's `reason`, once it has fired
   * @example
   * const memory = new KernelMemory({ sharing: 'shared' });
   * const index = hnswIndex({ dimensions: 384, similarity: 'cosine', memory });
   * await index.addInParallel(ordinals, vectors, { onProgress: ({ done }) => bar.update(done) });
   */
  async addInParallel(ordinals: Uint32Array, vectors: Matrix, options: ParallelAddition = {}): Promise<void> {
    this.#writer.expectIdle();
    options.signal?.throwIfAborted();
    parseOptions(parallelAddition, { workers: options.workers }, 'HnswIndex.addInParallel');
    await this.#writer.addInParallel(this.#addition(ordinals, vectors), options);
  }

  /**
   * Makes room at once for `size` vectors in all, removed ones included, where many are about to be added.
   *
   * @throws {InvalidInputError} vectors are being added by workers
   * @throws {MemoryLimitError} they do not fit
   */
  reserve(size: number): void {
    this.#writer.expectIdle();
    this.#rows.reserve(size);
    this.#graph.reserve(size);
  }

  remove(ordinals: Uint32Array): number {
    return unpaced(this.removeInSteps(ordinals));
  }

  /** As {@link remove}: all go in the first step, and then it yields after each vector whose links are mended. */
  *removeInSteps(ordinals: Uint32Array): Generator<undefined, number> {
    this.#writer.expectIdle();
    return yield* this.#writer.removeInSteps(ordinals);
  }

  search(queries: Matrix, options: VectorSearchOptions): Neighbours {
    const padded = padQueries(queries, this);
    return this.#answered(padded, this.plan(options), options);
  }

  /**
   * As {@link search}, a query a step, or a block of vectors where all are compared. Where the recall must be measured
   * first, that is done in steps too; given up where something is added or removed, and then the last measurement or the
   * width of the settings must do.
   *
   * @param sample queries to measure with, as of {@link calibrate}
   */
  *searchInSteps(queries: Matrix, options: VectorSearchOptions, sample?: Matrix): Generator<undefined, Neighbours> {
    const padded = padQueries(queries, this);
    const parsed = this.#parsed(options);
    if (this.#isMeasureDue(parsed)) yield* this.calibrateInSteps(sample);
    if (this.#planned(parsed).method === 'scan') return yield* this.#scanInSteps(padded, parsed.topK, parsed.filter);
    const { count, columns, data } = padded;
    const found: Neighbours[] = [];
    for (let row = 0; row < count; row++) {
      const query = { count: 1, columns, data: data.subarray(row * columns, (row + 1) * columns) };
      found.push(this.#answered(query, this.#planned(parsed), parsed));
      yield;
    }
    return neighboursFrom(found);
  }

  /**
   * How a search would be answered. A `recall` makes it measure what beams find, unless that is known: see
   * {@link calibrate}.
   *
   * @throws {InvalidOptionsError} an option is out of range
   * @throws {InvalidInputError} the filter ends before an ordinal of the index
   */
  plan(options: VectorSearchOptions): HnswPlan {
    const parsed = this.#parsed(options);
    if (this.#isMeasureDue(parsed)) this.calibrate();
    return this.#planned(parsed);
  }

  /** What beams found when it was last measured. */
  get calibration(): BeamCalibration | undefined {
    const removed = this.#rows.abandoned - this.#abandonedBefore;
    return this.#calibration && { ...this.#calibration, removed };
  }

  /** Whether the next search that names a recall would measure first. */
  get needsCalibration(): boolean {
    return this.size > this.#settings.scanBelow && isStale(this.calibration, this.size);
  }

  /**
   * Measures what beams find, against exact search, for searches that name a recall.
   *
   * They do it themselves when there is no measurement, or the index has doubled or halved since, or a tenth of it was
   * removed or replaced; it takes as long as some hundred exact searches, so whoever fills an index does it then.
   *
   * @param queries as will be asked, some hundred. Without them, 384 are made of stored vectors, hidden from their own
   *   walks: half as they are, half moved a quarter of the way to another. Queries that are quite unlike the vectors
   *   need a sample of their own.
   * @throws {InvalidInputError} the queries are not of this index's width, or not what can be asked
   */
  calibrate(queries?: Matrix): BeamCalibration | undefined {
    return unpaced(this.calibrateInSteps(queries));
  }

  /**
   * As {@link calibrate}, in steps of about a millisecond. Given up, and `undefined`, where something is added or
   * removed in between.
   */
  *calibrateInSteps(queries?: Matrix): Generator<undefined, BeamCalibration | undefined> {
    const given = queries && { queries: padQueries(queries, this), hidden: new Int32Array(queries.rows).fill(-1) };
    if (this.size === 0) return undefined;
    const sample = given ?? this.#sample();
    const { version, abandoned } = this.#rows;
    const { size } = this;
    const steps = calibrateBeam(sample, this.#measuredSearch());
    try {
      while (version === this.#rows.version) {
        const { done, value } = steps.next();
        if (done) {
          const source = given ? 'given' : 'stored';
          this.#abandonedBefore = abandoned;
          this.#calibration = { size, removed: 0, queries: sample.queries.count, source, ...value };
          return this.#calibration;
        }
        yield;
      }
      return undefined;
    } finally {
      steps.return({ points: [], scanRecall: 1 });
    }
  }

  score(queries: Matrix, offsets: Uint32Array, ordinals: Uint32Array): Float32Array {
    return exactScores(this.#rows, this.similarity, { queries: padQueries(queries, this), offsets, ordinals });
  }

  /** @throws {InvalidInputError} vectors are being added by workers */
  save(): SavedIndex {
    this.#writer.expectIdle();
    const parts = { rows: this.#rows, graph: this.#graph, live: this.#live };
    return saveHnsw(this, this.#settings, parts, this.calibration);
  }

  /**
   * Gives its kernel memory back, where others live in it too. Nothing may be called afterwards.
   *
   * @throws {InvalidInputError} vectors are being added by workers
   */
  close(): void {
    this.#writer.expectIdle();
    this.#rows.close();
    this.#graph.close();
  }

  /** Nodes of the ground level: others lead searches that are not to meet them. */
  #sample(): HeldOutSample {
    const { seed } = this.#settings;
    const live = this.#live.list(this.#rows, undefined);
    const ground = live.filter((row) => this.#graph.levelOf(row) === 0);
    const options = { count: SAMPLE_QUERIES, seed, similarity: this.similarity, moved: MOVED };
    return heldOutSample(this.#rows, ground.length > 0 ? ground : live, options);
  }

  #measuredSearch(): MeasuredSearch {
    const rows = this.#rows;
    const [similarity, passing] = [this.similarity, this.size];
    return {
      exactInSteps: (queries, topK) =>
        flatSearch(rows, { queries, similarity, topK, list: this.#live.list(rows, undefined) }),
      walk: (query, { topK, beam, hidden }) => this.#walk(query, { topK, beam, passing, hidden }),
      ordinalOf: (row) => rows.ordinals()[row] ?? 0,
      deviationOf: (query, ordinal, score) => {
        if (rows.access === 'in-place') return 0;
        const reach = similarity === 'euclidean' ? 2 * Math.sqrt(Math.max(0, -score)) : lengthOf(query.data);
        return reach * rows.deviationOf(rows.rowOf(ordinal));
      },
    };
  }

  #parsed(options: VectorSearchOptions): VectorSearchOptions {
    const parsed = parseSearch('HnswIndex.search', options);
    if (parsed.filter) expectCovered(parsed.filter, this.#rows);
    return parsed;
  }

  #passing(filter: Bitmap | undefined): number {
    return filter ? Math.min(filter.count(), this.size) : this.size;
  }

  #isMeasureDue({ recall = 1, filter }: VectorSearchOptions): boolean {
    return recall < 1 && this.needsCalibration && this.#passing(filter) > this.#settings.scanBelow;
  }

  /** By what was measured last, if anything was. */
  #planned(options: VectorSearchOptions): HnswPlan {
    const { size, settings } = this;
    return planSearch(options, this.#passing(options.filter), { size, settings, calibration: this.#calibration });
  }

  #answered(queries: PaddedQueries, plan: HnswPlan, { topK, filter }: VectorSearchOptions): Neighbours {
    if (plan.method === 'scan') return this.#scan(queries, topK, filter);
    return this.#walk(queries, { ...plan, topK, ...(filter && { filter }) });
  }

  #walk(queries: PaddedQueries, question: Omit<HnswQuestion, 'similarity'>): Neighbours {
    const parts = { rows: this.#rows, graph: this.#graph, live: this.#live };
    const search = new HnswSearch(parts, { ...question, similarity: this.similarity }, this.#asked);
    return search.run(queries, (query) => this.#scan(query, question.topK, question.filter));
  }

  #scan(queries: PaddedQueries, topK: number, filter: Bitmap | undefined): Neighbours {
    return unpaced(this.#scanInSteps(queries, topK, filter));
  }

  /** Starts over where something was added or removed between two steps: other rows are live then. */
  *#scanInSteps(queries: PaddedQueries, topK: number, filter: Bitmap | undefined): Generator<undefined, Neighbours> {
    for (;;) {
      const { version } = this.#rows;
      const list = this.#live.list(this.#rows, filter);
      const steps = flatSearch(this.#rows, { queries, similarity: this.similarity, topK, list });
      try {
        while (version === this.#rows.version) {
          const { done, value } = steps.next();
          if (done) return value;
          yield;
        }
      } finally {
        steps.return(neighboursFrom([]));
      }
    }
  }

  #addition(ordinals: Uint32Array, vectors: Matrix): HnswAddition {
    const lengths = checkedLengths('vectors', vectors, this);
    expectDistinct(ordinals, vectors.rows);
    return { ordinals, vectors, divisors: this.similarity === 'cosine' ? lengths : undefined };
  }
}
