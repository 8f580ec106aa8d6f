import { Bitmap, type Neighbours, type SavedIndex, seededRandom, type VectorIndex } from '@sluice/core';
import { expect } from 'vitest';
import { exactIndex, type VectorIndexShape } from './exact-index.js';
import { expectNearest, expectSound } from './neighbours.js';
import { type Entries, matrixOf } from './vector-cases.js';
import type { VectorIndexFactory } from './vector-index-subject.js';

/** How {@link runRandomOperations} goes. */
export interface RandomOperationsOptions {
  readonly shape: VectorIndexShape;
  readonly operations: number;
  /** The same one gives the same operations. */
  readonly seed: number;
  /**
   * What an approximate index is asked for, and what it must find over all searches.
   * @default exact: every answer is that of brute force
   */
  readonly recall?: number;
  /** See `VectorIndexKitOptions`. @default 1e-5 */
  readonly tolerance?: number;
  /**
   * Ordinals are below it, so that many operations meet the same ones. Half of them are there from the beginning.
   * @default 600
   */
  readonly ordinals?: number;
  /** What becomes of a saved index before it is loaded: through a file, for example. */
  readonly through?: (saved: SavedIndex) => Promise<SavedIndex> | SavedIndex;
}

/** What was done. */
export interface RandomOperationsReport {
  readonly counts: Readonly<Record<OperationKind, number>>;
  /** Over all searches. */
  readonly recall: number;
}

type OperationKind = 'add' | 'remove' | 'search' | 'filter' | 'score' | 'reload';

/** Of a hundred operations. */
const WEIGHTS: Readonly<Record<OperationKind, number>> = {
  ...{ add: 30, remove: 16, search: 25, filter: 20, score: 7, reload: 2 },
};
const MOST_ROWS = 12;
const QUERIES = 2;

/**
 * Adds, updates, removes, searches with and without filters, scores, saves and loads, at random, beside brute force in
 * double precision: fails at the first difference, with the seed and the number of the operation.
 *
 * Numbers are small and whole, so that equal scores are common.
 */
export async function runRandomOperations(
  factory: VectorIndexFactory,
  options: RandomOperationsOptions,
): Promise<RandomOperationsReport> {
  const run = new RandomRun(factory, options);
  for (let step = 0; step < options.operations; step++) {
    try {
      await run.next();
    } catch (cause) {
      const { similarity, dimensions } = options.shape;
      const where = `operation ${step} of seed ${options.seed}, ${similarity}, ${dimensions} dimensions`;
      throw new Error(`${where}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  }
  return run.report();
}

class RandomRun {
  readonly #factory: VectorIndexFactory;
  readonly #options: RandomOperationsOptions;
  readonly #random: () => number;
  readonly #oracle: VectorIndex;
  readonly #counts: Record<OperationKind, number> = { add: 0, remove: 0, search: 0, filter: 0, score: 0, reload: 0 };
  #index: VectorIndex;
  #hits = 0;
  #wanted = 0;

  constructor(factory: VectorIndexFactory, options: RandomOperationsOptions) {
    this.#factory = factory;
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#index = factory.create(options.shape);
    this.#oracle = exactIndex(options.shape);
    const first = Uint32Array.from({ length: this.#bound / 2 }, (_, at) => 2 * at);
    const vectors = this.#rows(first.length);
    for (const each of [this.#index, this.#oracle]) each.add(first, vectors);
  }

  async next(): Promise<void> {
    const kind = this.#kind();
    this.#counts[kind]++;
    if (kind === 'add') this.#add();
    else if (kind === 'remove') this.#remove();
    else if (kind === 'score') this.#score();
    else if (kind === 'reload') await this.#reload();
    else this.#search(kind === 'filter');
    expect(this.#index.size, 'size').toBe(this.#oracle.size);
  }

  report(): RandomOperationsReport {
    const recall = this.#wanted === 0 ? 1 : this.#hits / this.#wanted;
    const { recall: asked } = this.#options;
    if (asked !== undefined) expect(recall, `recall of seed ${this.#options.seed}`).toBeGreaterThanOrEqual(asked);
    return { counts: this.#counts, recall };
  }

  #kind(): OperationKind {
    let left = this.#random() * 100;
    for (const kind of ['add', 'remove', 'search', 'filter', 'score'] as const) {
      left -= WEIGHTS[kind];
      if (left < 0) return kind;
    }
    return 'reload';
  }

  #add(): void {
    const { ordinals, vectors } = this.#entries();
    this.#index.add(ordinals, vectors);
    this.#oracle.add(ordinals, vectors);
  }

  #remove(): void {
    // Now and then nearly all: what is built on many must stand for few.
    const isWipe = this.#random() < 0.005;
    const gone = isWipe ? this.#someOrdinals(0.9) : this.#entries().ordinals;
    expect(this.#index.remove(gone), 'removed').toBe(this.#oracle.remove(gone));
  }

  #search(isFiltered: boolean): void {
    const { recall, tolerance = 1e-5 } = this.#options;
    const queries = this.#rows(QUERIES);
    const topK = 1 + this.#whole(this.#random() < 0.1 ? 400 : 15);
    const filter = isFiltered ? this.#filter() : undefined;
    const search = { topK, ...(filter && { filter }) };
    const found = this.#index.search(queries, recall === undefined ? search : { ...search, recall });
    const question = { queries, ...search, oracle: this.#oracle, tolerance };
    if (recall === undefined) expectNearest(found, question);
    else {
      expectSound(found, question);
      this.#count(found, this.#oracle.search(queries, search));
    }
  }

  /** By score, as far as a tolerance lets it be told: of equal neighbours any will do. */
  #count(found: Neighbours, truth: Neighbours): void {
    const { tolerance = 1e-5 } = this.#options;
    for (let query = 0; query + 1 < truth.offsets.length; query++) {
      const [start = 0, end = 0] = truth.offsets.subarray(query, query + 2);
      const worst = truth.scores[end - 1] ?? 0;
      const least = worst - 2 * tolerance * Math.max(1, Math.abs(worst));
      const own = found.scores.subarray(found.offsets[query], found.offsets[query + 1]);
      this.#hits += Math.min(end - start, own.filter((score) => score >= least).length);
      this.#wanted += end - start;
    }
  }

  #score(): void {
    const there = this.#someOrdinals(0.2).filter((ordinal) => this.#oracle.has(ordinal));
    const absent = this.#someOrdinals(0.02).filter((ordinal) => !this.#oracle.has(ordinal));
    expect([...absent].some((ordinal) => this.#index.has(ordinal))).toBe(false);
    const queries = this.#rows(1);
    const offsets = Uint32Array.of(0, there.length);
    const { tolerance = 1e-5 } = this.#options;
    const truth = this.#oracle.score(queries, offsets, there);
    for (const [at, score] of this.#index.score(queries, offsets, there).entries()) {
      const error = Math.abs(score - (truth[at] ?? 0)) / Math.max(1, Math.abs(truth[at] ?? 0));
      expect(error, `score of ordinal ${there[at]}`).toBeLessThanOrEqual(tolerance);
    }
  }

  async #reload(): Promise<void> {
    const saved = this.#index.save();
    this.#index = this.#factory.load(await (this.#options.through?.(saved) ?? saved));
  }

  #entries(): Entries {
    const ordinals = new Set<number>();
    const count = 1 + this.#whole(MOST_ROWS);
    while (ordinals.size < count) ordinals.add(this.#whole(this.#bound));
    return { ordinals: Uint32Array.from(ordinals), vectors: this.#rows(count) };
  }

  #rows(count: number): Entries['vectors'] {
    const { dimensions } = this.#options.shape;
    const rows = Array.from({ length: count }, () => {
      const row = Array.from({ length: dimensions }, () => this.#whole(7) - 3);
      return row.every((value) => value === 0) ? row.map(() => 1) : row;
    });
    return matrixOf(rows, dimensions);
  }

  #filter(): Bitmap {
    const share = [0, 0.01, 0.1, 0.5, 0.95, 1][this.#whole(6)] ?? 1;
    return Bitmap.of(this.#bound, this.#someOrdinals(share));
  }

  #someOrdinals(share: number): Uint32Array {
    return Uint32Array.from({ length: this.#bound }, (_, ordinal) => ordinal).filter(() => this.#random() < share);
  }

  get #bound(): number {
    return this.#options.ordinals ?? 600;
  }

  #whole(below: number): number {
    return Math.floor(this.#random() * below);
  }
}
