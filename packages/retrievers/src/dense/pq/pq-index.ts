import {
  type Bitmap,
  InvalidInputError,
  type Matrix,
  type Neighbours,
  parseOptions,
  type SavedIndex,
  type Similarity,
  type VectorIndex,
  type VectorSearchOptions,
} from '@sluice/core';
import { KernelMemory, MemoryLimitError } from '@sluice/kernels';
import type { EffortCurve } from '../../effort-curve.js';
import { checkedLengths } from '../checked-vectors.js';
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
import { approximateScores, type CodeEffort, searchCodes } from './code-search.js';
import { CodedRows } from './coded-rows.js';
import { measureMargins } from './measure-margins.js';
import { type PqIndexOptions, type PqSettings, pqIndexOptions } from './pq-options.js';
import { loadPq, type PqState, savePq } from './saved-pq.js';
import { trainCodec } from './train-codec.js';

/** A recall of .95 is then known to about .01. */
const SAMPLE_QUERIES = 256;
/** Half of a sample lie in the middle between two vectors. */
const MOVED = 0.5;
/** The shortlist is measured again when the number of vectors has changed by this share. */
const CHANGED_SHARE = 0.25;

/**
 * Approximate search over product-quantized vectors: a byte for each part of the columns, all codes compared through a
 * table for each query, the best ranked again by what was kept of the vectors.
 *
 * Small indexes are compared whole. With `recall`, a shortlist goes on until it is a margin below the worst neighbour found; how
 * much codes err is measured by an exact search for a sample of stored vectors. It needs `kept: 'float32'`, and is passed
 * over otherwise. The same calls in the same order give the
 * same answers.
 *
 * The index for little memory: with `kept: 'none'`, 96 bytes hold 768 numbers. No faster than int8 codes.
 *
 * Source: Jégou, Douze and Schmid 2011. Cost: `parts` bytes a vector and what is kept; 256 x width multiplications and
 * `parts` additions a vector for each query.
 *
 * @throws {InvalidOptionsError} an option is out of range; `path` names it
 * @example const index = pqIndex({ dimensions: 768, similarity: 'cosine', parts: 96, kept: 'int8' });
 */
export function pqIndex(options: PqIndexOptions): PqIndex {
  return emptyPq(parseOptions(pqIndexOptions, options, 'pqIndex'));
}

/** An index without vectors, of any of the families over codes. */
export function emptyPq(parsed: VectorShape & PqSettings & { readonly memory?: KernelMemory | undefined }): PqIndex {
  const { memory = new KernelMemory(), dimensions, similarity, ...settings } = parsed;
  return new PqIndex({ dimensions, similarity }, settings, { rows: new VectorRows(memory, dimensions) });
}

/**
 * The index that {@link PqIndex.save} wrote, codebooks and rotation included.
 *
 * @throws {InvalidInputError} it is not one, or its blocks contradict its header or each other
 * @throws {MemoryLimitError} it does not fit `memory`
 */
export function loadPqIndex(saved: SavedIndex, options: Pick<PqIndexOptions, 'memory'> = {}): PqIndex {
  const { shape, settings, state } = loadPq(saved, options.memory ?? new KernelMemory());
  return new PqIndex(shape, settings, state);
}

/** See {@link pqIndex}; also `opqIndex` and `adannsOpq`. */
export class PqIndex implements VectorIndex {
  readonly dimensions: number;
  readonly similarity: Similarity;
  readonly settings: PqSettings;
  #state: PqState;
  #measured: { readonly size: number; readonly curve: EffortCurve } | undefined;

  /** @param state whose vectors are unit length under cosine; others use {@link pqIndex} */
  constructor({ dimensions, similarity }: VectorShape, settings: PqSettings, state: PqState) {
    this.dimensions = dimensions;
    this.similarity = similarity;
    this.settings = settings;
    this.#state = state;
  }

  get size(): number {
    return this.#rows.size;
  }

  get bytes(): number {
    return 'coded' in this.#state ? this.#state.coded.bytes : this.#state.rows.bytes;
  }

  /** Whether vectors are coded; before, they are kept whole and compared one by one. */
  get isTrained(): boolean {
    return 'coded' in this.#state;
  }

  has(ordinal: number): boolean {
    return this.#rows.rowOf(ordinal) !== -1;
  }

  add(ordinals: Uint32Array, vectors: Matrix): void {
    const lengths = checkedLengths('vectors', vectors, this);
    expectDistinct(ordinals, vectors.rows);
    const target = 'coded' in this.#state ? this.#state.coded : this.#state.rows;
    target.set(ordinals, vectors, this.similarity === 'cosine' ? lengths : undefined);
    if (!this.isTrained && this.size > this.settings.trainAbove) this.#trainIfItFits();
  }

  /**
   * Trains codebooks and rotation now: on a sample, or on the vectors that are here, which are coded then. Once only:
   * codes of other codebooks would be lost.
   *
   * @throws {InvalidInputError} a row of the sample is not what `add` takes, there is nothing to train on, or the index
   *   is trained
   * @throws {MemoryLimitError} the codes do not fit; the index is as before
   */
  train(sample?: Matrix): void {
    if ('coded' in this.#state) {
      throw new InvalidInputError({ source: 'sample' }, 'the index is trained already', 'Build a new index.');
    }
    const { rows } = this.#state;
    if (!sample) {
      this.#trainOn(rows, rows);
      return;
    }
    const lengths = checkedLengths('sample', sample, this);
    const given = new VectorRows(rows.memory, this.dimensions);
    try {
      const names = Uint32Array.from({ length: sample.rows }, (_, row) => row);
      given.set(names, sample, this.similarity === 'cosine' ? lengths : undefined);
      this.#trainOn(rows, given);
    } finally {
      given.close();
    }
  }

  remove(ordinals: Uint32Array): number {
    const target = 'coded' in this.#state ? this.#state.coded : this.#state.rows;
    return ordinals.reduce((removed, ordinal) => removed + Number(target.remove(ordinal)), 0);
  }

  search(queries: Matrix, options: VectorSearchOptions): Neighbours {
    const { topK, recall, filter } = parseSearch('PqIndex.search', options);
    const padded = padQueries(queries, this);
    if (filter) expectCovered(filter, this.#rows);
    if (!('coded' in this.#state)) return this.#scan(padded, topK, filter);
    const { coded } = this.#state;
    const effort = this.#effortOf(coded, topK, recall);
    const passing = filter ? Math.min(filter.count(), this.size) : this.size;
    const isExactBetter = !effort || (this.settings.kept === 'float32' && passing <= this.settings.shortlist);
    if (isExactBetter) return this.#scan(padded, topK, filter);
    return neighboursFrom(
      searchCodes(coded, padded, { similarity: this.similarity, topK, effort, ...(filter && { filter }) }),
    );
  }

  /** Scores of chosen vectors by what was kept of them: exact with `kept: 'float32'`. */
  score(queries: Matrix, offsets: Uint32Array, ordinals: Uint32Array): Float32Array {
    const question = { queries: padQueries(queries, this), offsets, ordinals };
    if ('coded' in this.#state && this.settings.kept !== 'float32') {
      return approximateScores(this.#state.coded, this.similarity, question);
    }
    return exactScores(this.#rows, this.similarity, question);
  }

  save(): SavedIndex {
    return savePq(this, this.settings, this.#state);
  }

  /** Gives its kernel memory back, where others live in it too. Nothing may be called afterwards. */
  close(): void {
    if ('coded' in this.#state) this.#state.coded.close();
    else this.#state.rows.close();
  }

  get #rows(): VectorRows {
    return 'coded' in this.#state ? this.#state.coded.rows : this.#state.rows;
  }

  /** Codes only save memory and time: where there is no room for them, every vector is compared instead. */
  #trainIfItFits(): void {
    try {
      this.train();
    } catch (error) {
      if (!(error instanceof MemoryLimitError)) throw error;
    }
  }

  #trainOn(rows: VectorRows, sample: VectorRows): void {
    const { codedWidth, trainingVectors, seed, kept } = this.settings;
    if (sample.size === 0) {
      const problem = 'there is no vector to train on';
      throw new InvalidInputError({ source: 'sample' }, problem, 'Add vectors, or pass a sample.');
    }
    const length = this.similarity === 'cosine' ? 'unit' : 'own';
    const points = trainingPoints(sample, { width: codedWidth, limit: trainingVectors, seed, length });
    const { similarity, settings } = this;
    const codec = trainCodec(points, { memory: rows.memory, similarity, settings });
    this.#state = { coded: CodedRows.from(rows, codec, kept) };
  }

  /** `undefined` where every vector must be compared. */
  #effortOf(coded: CodedRows, topK: number, recall: number | undefined): CodeEffort | undefined {
    if (recall === undefined || this.settings.kept !== 'float32') {
      return { shortlist: Math.max(this.settings.shortlist, 2 * topK) };
    }
    const margin = recall === 1 ? Number.POSITIVE_INFINITY : this.#curveOf(coded).effortFor(recall);
    return Number.isFinite(margin) ? { margin } : undefined;
  }

  #curveOf(coded: CodedRows): EffortCurve {
    const known = this.#measured;
    if (known && Math.abs(known.size - this.size) <= CHANGED_SHARE * known.size) return known.curve;
    const count = this.size === 0 ? 0 : SAMPLE_QUERIES;
    const all = Uint32Array.from({ length: this.size }, (_, row) => row);
    const { similarity } = this;
    const sample = heldOutSample(coded.rows, all, { count, seed: this.settings.seed, similarity, moved: MOVED });
    const curve = measureMargins({ ...partsOf(coded), similarity }, sample);
    this.#measured = { size: this.size, curve };
    return curve;
  }

  #scan(queries: PaddedQueries, topK: number, filter: Bitmap | undefined): Neighbours {
    return scanAll(this.#rows, queries, { similarity: this.similarity, topK, ...(filter && { filter }) });
  }
}

function partsOf({ rows, codes, codec }: CodedRows): Pick<CodedRows, 'rows' | 'codes' | 'codec'> {
  return { rows, codes, codec };
}
