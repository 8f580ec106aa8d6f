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
import { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import { answerEach, CandidateScores, SeenRows } from '../candidate-scores.js';
import { checkedLengths } from '../checked-vectors.js';
import { expectCovered } from '../expect-covered.js';
import { expectDistinct } from '../expect-distinct.js';
import { exactScores } from '../flat/exact-scores.js';
import { scanAll } from '../flat/scan-all.js';
import { VectorRows } from '../flat/vector-rows.js';
import { padQueries } from '../padded-queries.js';
import { parseSearch } from '../vector-search.js';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';
import type { CandidateEngines, EngineLoader } from './candidate-engine.js';
import { LiveLabels } from './live-labels.js';
import { proposeFromEngine } from './rescored-search.js';
import { loadRescored, type RescoredParts, type RescoredSettings, saveRescored } from './saved-rescored.js';
import { wantedFor } from './wanted-for-recall.js';

/** Labels that no longer count slow searches down: beyond this share of all, the engine is filled anew. */
const GONE_SHARE = 0.25;
/** Searches that do not say what recall they want. */
const DEFAULT_RECALL = 0.95;

/** What a rescored index is made for, and where it lives. */
export interface RescoredIndexOptions extends VectorShape {
  /**
   * Up to so many vectors that may be found, each is compared.
   * @default 1000
   */
  readonly scanBelow?: number | undefined;
  /**
   * Kernel memory for the float32 vectors, shared with others or limited.
   * @default one of its own
   */
  readonly memory?: KernelMemory | undefined;
}

const rescoredIndexOptions: z.ZodType<VectorShape & RescoredSettings & { memory?: KernelMemory | undefined }> =
  z.strictObject({
    ...vectorShapeFields,
    scanBelow: z.int().min(0).default(1000),
    memory: z.instanceof(KernelMemory).optional(),
  });

/**
 * A `VectorIndex` over an engine from elsewhere, which only needs to add vectors and propose candidates.
 *
 * The vectors are kept here too, in float32: candidates are scored exactly, and small or heavily filtered sets are
 * compared one by one. What was removed or replaced stays in the engine, passed over, until it is a quarter of all;
 * then the engine is filled anew. With a filter, more and more is asked for until enough passes.
 *
 * Cost: beside the engine's own, 4 bytes a number and 8 bytes a vector.
 *
 * @throws {InvalidOptionsError} an option is out of range; `path` names it
 */
export function rescoredIndex(engines: CandidateEngines, options: RescoredIndexOptions): RescoredIndex {
  const parsed = parseOptions(rescoredIndexOptions, options, `${engines.kind} index`);
  const { memory = new KernelMemory(), scanBelow, ...shape } = parsed;
  const rows = new VectorRows(memory, shape.dimensions);
  return new RescoredIndex(
    engines,
    shape,
    { scanBelow },
    {
      rows,
      labels: new LiveLabels(),
      engine: engines.create(shape),
    },
  );
}

/**
 * The index that {@link RescoredIndex.save} wrote with an engine of this kind.
 *
 * @throws {InvalidInputError} it is not one, or its blocks contradict its header or each other
 * @throws {MemoryLimitError} it does not fit `memory`
 */
export function loadRescoredIndex(
  loader: EngineLoader,
  saved: SavedIndex,
  options: Pick<RescoredIndexOptions, 'memory'> = {},
): RescoredIndex {
  const { engines, shape, settings, ...parts } = loadRescored(saved, options.memory ?? new KernelMemory(), loader);
  return new RescoredIndex(engines, shape, settings, parts);
}

/** See {@link rescoredIndex}. */
export class RescoredIndex implements VectorIndex {
  readonly dimensions: number;
  readonly similarity: Similarity;
  readonly #engines: CandidateEngines;
  readonly #settings: RescoredSettings;
  readonly #seen = new SeenRows();
  #parts: RescoredParts;

  /** @param parts that belong together; others use {@link rescoredIndex} */
  constructor(
    engines: CandidateEngines,
    { dimensions, similarity }: VectorShape,
    settings: RescoredSettings,
    parts: RescoredParts,
  ) {
    this.dimensions = dimensions;
    this.similarity = similarity;
    this.#engines = engines;
    this.#settings = settings;
    this.#parts = parts;
  }

  get size(): number {
    return this.#parts.rows.size;
  }

  get bytes(): number {
    const { rows, labels, engine } = this.#parts;
    return rows.bytes + labels.bytes + engine.bytes + this.#seen.bytes;
  }

  add(ordinals: Uint32Array, vectors: Matrix): void {
    const lengths = checkedLengths('vectors', vectors, this);
    expectDistinct(ordinals, vectors.rows);
    const { rows, labels, engine } = this.#parts;
    rows.makeRoom(rows.size + ordinals.length);
    const isCosine = this.similarity === 'cosine';
    // The engine first: where it throws, some labels are used up and nothing else has happened.
    try {
      if (ordinals.length > 0) engine.add(labels.next(ordinals.length), isCosine ? unit(vectors, lengths) : vectors);
    } catch (error) {
      labels.skip(ordinals.length);
      throw error;
    }
    labels.assign(ordinals);
    rows.set(ordinals, vectors, isCosine ? lengths : undefined);
    this.#fillAnewIfWorthIt();
  }

  has(ordinal: number): boolean {
    return this.#parts.rows.rowOf(ordinal) !== -1;
  }

  remove(ordinals: Uint32Array): number {
    const { rows, labels } = this.#parts;
    let removed = 0;
    for (const ordinal of ordinals) {
      labels.delete(ordinal);
      removed += Number(rows.remove(ordinal));
    }
    this.#fillAnewIfWorthIt();
    return removed;
  }

  search(queries: Matrix, options: VectorSearchOptions): Neighbours {
    const search = parseSearch(`${this.#engines.kind} search`, options);
    const { topK, filter, recall = DEFAULT_RECALL } = search;
    const padded = padQueries(queries, this);
    const { rows } = this.#parts;
    if (filter) expectCovered(filter, rows);
    const question = { similarity: this.similarity, topK, ...(filter && { filter }) };
    const passing = this.#passing(filter);
    const wanted = Math.max(2 * topK, wantedFor(recall, this.size));
    if (recall === 1 || passing <= Math.max(this.#settings.scanBelow, wanted)) return scanAll(rows, padded, question);
    const candidates = new CandidateScores(rows, question, this.#seen);
    const parts = { rows, labels: this.#parts.labels, candidates };
    try {
      return answerEach(padded, (query) => {
        candidates.start(query);
        const own = query.subarray(0, this.dimensions);
        const isEnough = proposeFromEngine(this.#parts.engine, parts, own, { wanted, passing });
        if (isEnough) return candidates.take();
        return scanAll(rows, { count: 1, columns: padded.columns, data: query }, question);
      });
    } finally {
      candidates.close();
    }
  }

  score(queries: Matrix, offsets: Uint32Array, ordinals: Uint32Array): Float32Array {
    const padded = padQueries(queries, this);
    return exactScores(this.#parts.rows, this.similarity, { queries: padded, offsets, ordinals });
  }

  save(): SavedIndex {
    return saveRescored(this, this.#settings, this.#parts, this.#engines);
  }

  /** Gives its kernel memory back, where others live in it too. Nothing may be called afterwards. */
  close(): void {
    this.#parts.rows.close();
  }

  #passing(filter: Bitmap | undefined): number {
    return Math.min(this.size, filter?.count() ?? this.size);
  }

  #fillAnewIfWorthIt(): void {
    const { rows, labels } = this.#parts;
    if (labels.count - labels.live <= GONE_SHARE * labels.count) return;
    const fresh = new LiveLabels();
    const engine = this.#engines.create({ dimensions: this.dimensions, similarity: this.similarity });
    if (rows.size > 0) engine.add(fresh.next(rows.size), this.#unpadded());
    fresh.assign(rows.ordinals());
    this.#parts = { rows, labels: fresh, engine };
  }

  #unpadded(): Matrix {
    const { rows } = this.#parts;
    const data = new Float32Array(rows.size * this.dimensions);
    for (let row = 0; row < rows.size; row++) {
      data.set(rows.vectors(row, row + 1).subarray(0, this.dimensions), row * this.dimensions);
    }
    return { data, rows: rows.size, columns: this.dimensions };
  }
}

function unit({ data, rows, columns }: Matrix, lengths: Float64Array): Matrix {
  const scaled = data.map((value, at) => value / (lengths[Math.floor(at / columns)] ?? 1));
  return { data: scaled, rows, columns };
}
