import { type Bitmap, type Matrix, parseOptions } from '@sluice/core';
import { type CentroidTable, ClusteredDocuments } from './clustered-documents.js';
import { effortFor, type LateEffort, type LateMeasurement, measuredRecall } from './late-effort.js';
import { type LateIndexOptions, type LateIndexSettings, lateIndexOptions } from './late-index-options.js';
import { leastOfBest } from './least-of-best.js';
import type { MaxSimAnswer, MaxSimIndex, MaxSimSearch } from './max-sim-index.js';
import { maxSimSteps } from './max-sim-steps.js';
import { measureSteps } from './measure-late.js';
import type { MultiVectorStore } from './multi-vector-store.js';
import { expectQuery } from './query-tokens.js';
import { clusterTokens } from './token-clusters.js';

/** Documents that recall was measured for. */
const DEPTH = 10;
/** Longer queries look at the centroids of all documents: their table of scores is made a part at a time. */
const BLOCK_QUERIES = 64;
/** Where so large a share would be compared anyway, all are. */
const ALL_SHARE = 0.5;
/** Documents between two yields. */
const STEP = 65_536;
const NOTHING: MaxSimAnswer = { ordinals: new Uint32Array(0), scores: new Float32Array(0) };

/** What a search of a {@link LateIndex} does, and what it was measured to find. */
export interface LateExplanation {
  readonly recall: number;
  /** Absent where every document is compared. */
  readonly effort: LateEffort | undefined;
  /** Share of the ten best of the sample's queries that the effort finds. */
  readonly measuredRecall: number;
  readonly clusters: number;
  readonly documents: number;
}

/**
 * An index over a store of token vectors, in steps of a few milliseconds: clusters the vectors, and measures what
 * searches find.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {InvalidInputError} the sample queries have another width, or a number that is not finite
 * @throws {MemoryLimitError} it does not fit the store's memory
 * @example const index = await paced(lateIndexSteps(store, { recall: 0.95 }), signal);
 */
export function* lateIndexSteps(
  store: MultiVectorStore,
  options: LateIndexOptions = {},
): Generator<undefined, LateIndex> {
  const { sampleQueries, ...settings } = parseOptions(lateIndexOptions, options, 'lateIndex');
  const clusters = yield* clusterTokens(store, settings);
  const documents = new ClusteredDocuments(store.rows.memory, store.dimensions, clusters);
  const measured = yield* measureSteps(store, documents, { sample: sampleQueries, seed: settings.seed });
  return new LateIndex(store, settings, documents, measured);
}

/**
 * Finds by MaxSim without comparing all documents: those with a vector near one of the query's are ranked by centroids
 * in the place of vectors, and the best of them are compared vector by vector.
 *
 * How many is measured: on sample queries, against exact search, for any recall that is asked. Exact where half of the
 * documents would be compared anyway, where a recall of 1 is asked for, and where no more pass a filter than would be
 * compared. Immutable, as its store is; built anew when documents come.
 *
 * Source: PLAID, arXiv 2205.09707. What differs: a document keeps each of its centroids once; the last stage reads the
 * stored vectors, not residuals; the thresholds are measured.
 */
export class LateIndex implements MaxSimIndex {
  readonly store: MultiVectorStore;
  readonly settings: LateIndexSettings;
  readonly measured: LateMeasurement;
  readonly clustered: ClusteredDocuments;

  /** @param clustered lives in the store's memory; others use {@link lateIndexSteps} */
  constructor(
    store: MultiVectorStore,
    settings: LateIndexSettings,
    clustered: ClusteredDocuments,
    measured: LateMeasurement,
  ) {
    this.store = store;
    this.settings = settings;
    this.clustered = clustered;
    this.measured = measured;
  }

  get fingerprint(): string {
    return this.store.fingerprint;
  }

  get dimensions(): number {
    return this.store.dimensions;
  }

  get size(): number {
    return this.store.size;
  }

  get span(): number {
    return this.store.span;
  }

  /** Bytes of memory in use, the store's included. */
  get bytes(): number {
    return this.store.bytes + this.clustered.bytes;
  }

  has(ordinal: number): boolean {
    return this.store.has(ordinal);
  }

  leastScore(query: Matrix): number {
    return this.store.leastScore(query);
  }

  /** What a search would do. */
  explain({ topK = DEPTH, recall = this.settings.recall }: Partial<MaxSimSearch> = {}): LateExplanation {
    const effort = this.#effortFor(recall, topK);
    const found = effort ? measuredRecall(effort, this.measured) : 1;
    return { recall, effort, measuredRecall: found, clusters: this.clustered.clusters.count, documents: this.size };
  }

  *searchInSteps(query: Matrix, search: MaxSimSearch): Generator<undefined, MaxSimAnswer> {
    const { topK, recall = this.settings.recall, filter } = search;
    const effort = this.#effortFor(recall, topK);
    const passing = filter ? yield* this.#passing(filter) : this.size;
    if (!effort || passing <= effort.documents) return yield* this.store.searchInSteps(query, search);
    expectQuery(query, this.store);
    if (query.rows === 0) return NOTHING;
    // The nearest of few lie further apart, so a share of them takes as many times the probes.
    const probes = Math.ceil((effort.probes * this.size) / Math.max(1, passing));
    const { slots, sums } = yield* this.#byCentroids(query, probes, filter);
    const chosen = yield* bestOf(slots, sums, effort.documents);
    const scores = yield* maxSimSteps(this.store, query, chosen);
    return { ordinals: chosen.map((slot) => this.store.ordinals[slot] ?? 0), scores };
  }

  *scoreInSteps(query: Matrix, ordinals: Uint32Array): Generator<undefined, Float32Array> {
    return yield* this.store.scoreInSteps(query, ordinals);
  }

  /** Gives its kernel memory back, and the store's. Nothing may be called afterwards. */
  close(): void {
    this.clustered.close();
    this.store.close();
  }

  /** `undefined` where every document is to be compared. */
  #effortFor(recall: number, topK: number): LateEffort | undefined {
    const effort = recall === 1 ? undefined : effortFor(recall, this.measured);
    if (!effort) return undefined;
    const documents = Math.max(topK, Math.ceil((effort.documents * Math.max(topK, DEPTH)) / DEPTH));
    return documents >= ALL_SHARE * this.size ? undefined : { ...effort, documents };
  }

  *#passing(filter: Bitmap): Generator<undefined, number> {
    const { ordinals } = this.store;
    let passing = 0;
    for (let slot = 0; slot < ordinals.length; slot++) {
      if (filter.has(ordinals[slot] ?? 0)) passing++;
      if (slot % STEP === STEP - 1) yield;
    }
    return passing;
  }

  /** Documents that the probes meet, with their scores by centroids. */
  *#byCentroids(
    query: Matrix,
    probes: number,
    filter: Bitmap | undefined,
  ): Generator<undefined, { slots: Uint32Array; sums: Float32Array }> {
    let slots: Uint32Array | undefined;
    let sums = new Float32Array(0);
    for (let first = 0; first < query.rows; first += BLOCK_QUERIES) {
      const rows = Math.min(BLOCK_QUERIES, query.rows - first);
      const data = query.data.subarray(first * query.columns, (first + rows) * query.columns);
      const table = yield* this.clustered.tableSteps({ data, rows, columns: query.columns });
      try {
        if (!slots) {
          slots = yield* this.#met(table, rows === query.rows ? probes : Number.POSITIVE_INFINITY, filter);
          sums = new Float32Array(slots.length);
        }
        yield* this.clustered.addSteps(table, slots, sums);
      } finally {
        this.clustered.free(table);
      }
    }
    return { slots: slots ?? new Uint32Array(0), sums };
  }

  /** Slots of documents near the probed centroids, each once, ascending. */
  *#met(table: CentroidTable, probes: number, filter: Bitmap | undefined): Generator<undefined, Uint32Array> {
    const { count } = this.clustered.clusters;
    const isMet = new Uint8Array(this.size);
    if (probes >= count) {
      for (let slot = 0; slot < this.size; slot++) {
        if (this.store.offsets[slot] !== this.store.offsets[slot + 1]) isMet[slot] = 1;
        if (slot % STEP === STEP - 1) yield;
      }
    } else {
      const probed = new Set(yield* this.clustered.probedSteps(table, probes));
      for (const centroid of probed) {
        for (const slot of this.clustered.slotsOf(centroid)) isMet[slot] = 1;
        yield;
      }
    }
    const slots = new Uint32Array(this.size);
    let met = 0;
    for (let slot = 0; slot < this.size; slot++) {
      if (isMet[slot] === 1 && (!filter || filter.has(this.store.ordinals[slot] ?? 0))) slots[met++] = slot;
      if (slot % STEP === STEP - 1) yield;
    }
    return slots.slice(0, met);
  }
}

/** The `count` best, and all that are as good as the last of them: the order of documents decides nothing. */
function* bestOf(slots: Uint32Array, sums: Float32Array, count: number): Generator<undefined, Uint32Array> {
  if (slots.length <= count) return slots;
  const cut = yield* leastOfBest(sums, count);
  const best = new Uint32Array(slots.length);
  let kept = 0;
  for (let at = 0; at < slots.length; at++) {
    if ((sums[at] ?? 0) >= cut) best[kept++] = slots[at] ?? 0;
    if (at % STEP === STEP - 1) yield;
  }
  return best.slice(0, kept);
}
