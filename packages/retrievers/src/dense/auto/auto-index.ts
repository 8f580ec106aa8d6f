import {
  InvalidInputError,
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
import { checkedLengths } from '../checked-vectors.js';
import { expectDistinct } from '../expect-distinct.js';
import { FlatIndex, flatIndex, loadFlatIndex } from '../flat/flat-index.js';
import type { BeamCalibration } from '../hnsw/beam-calibration.js';
import { type HnswIndex, hnswIndex, loadHnswIndex } from '../hnsw/hnsw-index.js';
import type { HnswStorage } from '../hnsw/hnsw-options.js';
import type { HnswPlan } from '../hnsw/hnsw-plan.js';
import { parseSearch } from '../vector-search.js';
import type { VectorShape } from '../vector-shape.js';
import {
  type AutoIndexOptions,
  type AutoSettings,
  type AutoSurroundings,
  autoIndexOptions,
  autoSurroundings,
} from './auto-options.js';
import { readAuto, saveAuto } from './saved-auto.js';

/** Vectors copied from a flat index at a time. */
const COPIED_ROWS = 16;

/** From so many dimensions on, a graph's rows are compact unless told otherwise. */
const COMPACT_WIDTH = 96;

/** What an {@link AutoIndex} chose, and what it measured. */
export interface AutoExplanation extends HnswPlan {
  readonly index: 'flat' | 'hnsw';
  readonly size: number;
  /** What the search is to find. */
  readonly recall: number;
  /** What beams found of sample queries; absent where all vectors are compared. */
  readonly calibration: BeamCalibration | undefined;
  /** The same in a sentence. */
  readonly summary: string;
}

/**
 * The default index: takes a recall instead of knobs.
 *
 * Small ones compare all vectors in float32, which is exact. Larger ones are a graph: few that pass a filter are
 * compared one by one, else the graph is walked as widely as the recall needs by a measurement against exact search
 * ({@link HnswIndex.calibrate}), which is made anew when the index has doubled or halved, or a tenth of it was removed.
 * Where no width is sure of the recall, all are compared. Once a graph, it stays one.
 *
 * @throws {InvalidOptionsError} an option is out of range; `path` names it
 * @example
 * const index = autoIndex({ dimensions: 384, similarity: 'cosine', recall: 0.95 });
 * index.add(ordinals, vectors);
 * index.explain().summary;
 */
export function autoIndex(options: AutoIndexOptions): AutoIndex {
  const parsed = parseOptions(autoIndexOptions, options, 'autoIndex');
  const { dimensions, similarity, sampleQueries, memory = new KernelMemory(), ...settings } = parsed;
  const chosen = flatIndex({ dimensions, similarity, memory });
  return new AutoIndex(chosen, settings, { sampleQueries, memory });
}

/**
 * The index that {@link AutoIndex.save} wrote, with what it measured.
 *
 * @throws {InvalidInputError} it is not one, or its blocks contradict its header or each other
 * @throws {MemoryLimitError} it does not fit `memory`
 */
export function loadAutoIndex(saved: SavedIndex, options: AutoSurroundings = {}): AutoIndex {
  const { sampleQueries, memory = new KernelMemory() } = parseOptions(autoSurroundings, options, 'loadAutoIndex');
  const { settings, chosen } = readAuto(saved);
  const load = chosen.kind === 'flat' ? loadFlatIndex : loadHnswIndex;
  return new AutoIndex(load(chosen, { memory }), settings, { sampleQueries, memory });
}

/** See {@link autoIndex}. */
export class AutoIndex implements VectorIndex {
  readonly dimensions: number;
  readonly similarity: Similarity;
  readonly settings: AutoSettings;
  readonly #memory: KernelMemory;
  readonly #sampleQueries: Matrix | undefined;
  #chosen: FlatIndex | HnswIndex;
  #isAdding = false;
  /** Under way over the flat index, whose memory must stay until they end. */
  #flatSearches = 0;

  /** @param chosen lives in the memory; others use {@link autoIndex} */
  constructor(
    chosen: FlatIndex | HnswIndex,
    settings: AutoSettings,
    { sampleQueries, memory }: AutoSurroundings & { readonly memory: KernelMemory },
  ) {
    this.dimensions = chosen.dimensions;
    this.similarity = chosen.similarity;
    this.settings = settings;
    this.#chosen = chosen;
    this.#memory = memory;
    this.#sampleQueries = sampleQueries;
  }

  get size(): number {
    return this.#chosen.size;
  }

  get bytes(): number {
    return this.#chosen.bytes;
  }

  has(ordinal: number): boolean {
    return this.#chosen.has(ordinal);
  }

  add(ordinals: Uint32Array, vectors: Matrix): void {
    this.#expectIdle();
    if (this.#chosen instanceof FlatIndex) unpaced(this.addInSteps(ordinals, vectors));
    else this.#chosen.add(ordinals, vectors);
  }

  /**
   * As {@link add}, in steps of about a millisecond: `await paced(index.addInSteps(ordinals, vectors), signal)`. In between
   * the index answers searches, and refuses to be saved or changed otherwise. Refused as a whole, as {@link add}; where it
   * is given up, or memory runs out, what a graph has reached stays.
   */
  *addInSteps(ordinals: Uint32Array, vectors: Matrix): Generator<undefined, void> {
    this.#expectIdle();
    checkedLengths('vectors', vectors, this);
    expectDistinct(ordinals, vectors.rows);
    this.#isAdding = true;
    try {
      if (this.#chosen instanceof FlatIndex) yield* this.#addToFlat(this.#chosen, ordinals, vectors);
      else yield* this.#chosen.addInSteps(ordinals, vectors);
    } finally {
      this.#isAdding = false;
    }
  }

  /**
   * Makes room at once for `size` vectors in all, where many are about to be added; the choice follows it.
   *
   * @throws {MemoryLimitError} they do not fit
   */
  reserve(size: number): void {
    this.#expectIdle();
    if (this.#chosen instanceof FlatIndex && size * this.dimensions > this.settings.flatNumbers) {
      const none = { data: new Float32Array(0), rows: 0, columns: this.dimensions };
      unpaced(this.#becomeGraph(this.#chosen, size, new Uint32Array(0), none));
    } else this.#chosen.reserve(size);
  }

  remove(ordinals: Uint32Array): number {
    this.#expectIdle();
    return this.#chosen.remove(ordinals);
  }

  search(queries: Matrix, options: VectorSearchOptions): Neighbours {
    return this.#chosen.search(queries, this.#asked(options));
  }

  /**
   * As {@link search}, in steps of about a millisecond; the first search of a graph measures it. Where something is added
   * or removed meanwhile, the measurement is left to the next search.
   */
  *searchInSteps(queries: Matrix, options: VectorSearchOptions): Generator<undefined, Neighbours> {
    const { recall = this.settings.recall } = parseSearch('AutoIndex.search', options);
    const asked = { ...options, recall };
    if (this.#chosen instanceof FlatIndex) return yield* this.#flatSearch(this.#chosen, queries, asked);
    return yield* this.#chosen.searchInSteps(queries, asked, this.#sampleQueries);
  }

  score(queries: Matrix, offsets: Uint32Array, ordinals: Uint32Array): Float32Array {
    return this.#chosen.score(queries, offsets, ordinals);
  }

  /**
   * Measures what beams find, where the index is a graph that has not been measured at about its size. A search does
   * it too; {@link save} does, so that a loaded index need not.
   */
  calibrate(): void {
    unpaced(this.calibrateInSteps());
  }

  /**
   * As {@link calibrate}, in steps of about a millisecond: `await paced(index.calibrateInSteps(), signal)`. Given up
   * where something is added or removed in between; the next search measures then.
   */
  *calibrateInSteps(): Generator<undefined, void> {
    if (this.#chosen instanceof FlatIndex || !this.#chosen.needsCalibration) return;
    yield* this.#chosen.calibrateInSteps(this.#sampleQueries);
  }

  /**
   * What a search would do, and what it would find.
   *
   * @param options of the search
   * @throws {InvalidOptionsError} one is out of range
   */
  explain(options: Partial<VectorSearchOptions> = {}): AutoExplanation {
    const asked = this.#asked({ topK: 10, ...options });
    const { size } = this;
    const { recall } = asked;
    if (this.#chosen instanceof FlatIndex) {
      const passing = asked.filter ? Math.min(size, asked.filter.count()) : size;
      const plan = { method: 'scan' as const, passing, beam: asked.topK, measuredRecall: 1 };
      const summary = `flat: all ${size} vectors are compared, in float32`;
      return { index: 'flat', size, recall, ...plan, calibration: undefined, summary };
    }
    const plan = this.#chosen.plan(asked);
    const { calibration } = this.#chosen;
    return { index: 'hnsw', size, recall, ...plan, calibration, summary: summaryOf(plan, size, recall, calibration) };
  }

  /** @throws {InvalidInputError} an addition in steps is unfinished */
  save(): SavedIndex {
    this.#expectIdle();
    this.calibrate();
    return saveAuto(this.settings, this.#chosen.save());
  }

  /** Gives its kernel memory back, where others live in it too. Nothing may be called afterwards. */
  close(): void {
    this.#chosen.close();
  }

  #asked(options: VectorSearchOptions): VectorSearchOptions & { readonly recall: number } {
    const { recall = this.settings.recall } = parseSearch('AutoIndex.search', options);
    if (recall < 1) this.calibrate();
    return { ...options, recall };
  }

  /** An index that was left for a graph meanwhile is freed after the last search that reads it. */
  *#flatSearch(flat: FlatIndex, queries: Matrix, options: VectorSearchOptions): Generator<undefined, Neighbours> {
    this.#flatSearches++;
    try {
      return yield* flat.searchInSteps(queries, options);
    } finally {
      this.#flatSearches--;
      if (flat !== this.#chosen && this.#flatSearches === 0) flat.close();
    }
  }

  *#addToFlat(flat: FlatIndex, ordinals: Uint32Array, vectors: Matrix): Generator<undefined, void> {
    const size = flat.size + ordinals.reduce((count, ordinal) => count + Number(!flat.has(ordinal)), 0);
    if (size * this.dimensions <= this.settings.flatNumbers) flat.add(ordinals, vectors);
    else yield* this.#becomeGraph(flat, size, ordinals, vectors);
  }

  #expectIdle(): void {
    if (!this.#isAdding) return;
    const problem = 'vectors are being added in steps';
    throw new InvalidInputError({ source: 'AutoIndex' }, problem, 'Finish what addInSteps returned, or end it.');
  }

  /** All or nothing: where an addition is refused, the flat index is as before. */
  *#becomeGraph(flat: FlatIndex, size: number, ordinals: Uint32Array, vectors: Matrix): Generator<undefined, void> {
    const shape: VectorShape = { dimensions: this.dimensions, similarity: this.similarity };
    const { storage: asked, seed } = this.settings;
    const storage = asked === 'auto' ? storageFor(this.dimensions) : asked;
    const graph = hnswIndex({ ...shape, storage, seed, memory: this.#memory });
    try {
      graph.reserve(size);
      for (let start = 0; start < flat.size; start += COPIED_ROWS) {
        const moved = flat.entries(start, Math.min(start + COPIED_ROWS, flat.size));
        yield* graph.addInSteps(moved.ordinals, moved.vectors);
      }
      yield* graph.addInSteps(ordinals, vectors);
    } catch (error) {
      graph.close();
      throw error;
    }
    this.#chosen = graph;
    if (this.#flatSearches === 0) flat.close();
  }
}

function storageFor(dimensions: number): HnswStorage {
  return dimensions < COMPACT_WIDTH ? 'float32' : 'compact';
}

function summaryOf(
  { method, passing, beam, measuredRecall }: HnswPlan,
  size: number,
  recall: number,
  calibration: BeamCalibration | undefined,
): string {
  const sample = calibration ? `${calibration.queries} ${queriesOf(calibration)} at ${calibration.size} vectors` : '';
  if (method === 'scan') {
    const all = `hnsw: ${passing} of ${size} vectors pass, and all of these are compared`;
    if (measuredRecall === 1) return all;
    const found = measuredRecall === undefined ? 'not measured' : `${measuredRecall.toFixed(3)} measured on ${sample}`;
    return `${all}, as they are stored (${found}; storage 'float32' finds all)`;
  }
  const measured = measuredRecall === undefined ? 'not measured' : `${measuredRecall.toFixed(3)} measured on ${sample}`;
  return `hnsw: ${size} vectors walked with a beam of ${beam} for a recall of ${recall} (${measured})`;
}

function queriesOf({ source }: BeamCalibration): string {
  return source === 'given' ? 'given queries' : 'queries made of held-out vectors';
}
