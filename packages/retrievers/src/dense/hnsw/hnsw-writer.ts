import { InvalidInputError, type Matrix, paced } from '@sluice/core';
import { hasKernelWorkers, MemoryLimitError, processorCount } from '@sluice/kernels';
import type { VectorShape } from '../vector-shape.js';
import type { HnswSettings } from './hnsw-options.js';
import type { HnswParts } from './hnsw-parts.js';
import { NodeCode } from './node-code.js';
import type { ParallelAddition } from './parallel-addition.js';
import { randomLevel } from './random-level.js';

/** Removed rows stay as stepping stones until they are more than this share of all; then their neighbours are linked anew. */
const GONE_SHARE = 0.25;

/** Progress of one thread is reported every so many rows. */
const REPORTED_ROWS = 64;

/** Vectors to be added, checked. */
export interface HnswAddition {
  readonly ordinals: Uint32Array;
  readonly vectors: Matrix;
  /** What each vector is divided by; absent where they stay as they are. */
  readonly divisors: Float64Array | undefined;
}

/** What changes an index: row r of its rows is node r of its graph. */
export class HnswWriter {
  readonly #parts: HnswParts;
  readonly #settings: HnswSettings;
  readonly #code: NodeCode;
  /** The vector that is being added, padded with zeros. */
  readonly #vector: Float32Array;
  #isBusy = false;

  constructor({ dimensions, similarity }: VectorShape, settings: HnswSettings, parts: HnswParts) {
    this.#parts = parts;
    this.#settings = settings;
    this.#code = new NodeCode(dimensions, similarity);
    this.#vector = new Float32Array(parts.rows.columns);
  }

  /** @throws {InvalidInputError} vectors are being added by workers */
  expectIdle(): void {
    if (!this.#isBusy) return;
    const problem = 'vectors are being added by workers';
    throw new InvalidInputError({ source: 'HnswIndex' }, problem, 'Wait for what addInParallel returned.');
  }

  /**
   * Adds vectors, and yields after each; the index is whole between steps. Room for all is made in the first one.
   *
   * @throws {MemoryLimitError} they do not fit; nothing has changed
   */
  *addInSteps(addition: HnswAddition): Generator<undefined, void> {
    const { rows, graph, live } = this.#parts;
    const { ordinals } = addition;
    this.#makeRoom(ordinals.length);
    for (let at = 0; at < ordinals.length; at++) {
      this.expectIdle();
      // What was added since the last step may have taken the room.
      this.#makeRoom(1);
      this.#abandon(ordinals[at] ?? 0);
      this.#append(addition, at);
      graph.link(rows.size - 1, this.#settings.buildBeam);
      live.grow(rows.size);
      yield;
    }
    yield* this.#compactInSteps();
  }

  /** Removes all that are there in its first step, and then mends links; how many there were. */
  *removeInSteps(ordinals: Uint32Array): Generator<undefined, number> {
    const removed = ordinals.reduce((count, ordinal) => count + Number(this.#abandon(ordinal) !== -1), 0);
    yield* this.#compactInSteps();
    return removed;
  }

  /**
   * As {@link addInSteps}, on worker threads where there are any. All or nothing, but for the room it took.
   *
   * @throws {MemoryLimitError} they do not fit
   * @throws the signal's `reason`, once it has fired
   */
  async addInParallel(addition: HnswAddition, options: ParallelAddition): Promise<void> {
    this.#isBusy = true;
    try {
      await this.#addInParallel(addition, options);
      await paced(this.#compactInSteps());
    } finally {
      this.#isBusy = false;
    }
  }

  async #addInParallel(addition: HnswAddition, options: ParallelAddition): Promise<void> {
    const { rows, live } = this.#parts;
    this.#makeRoom(addition.ordinals.length);
    const first = rows.size;
    const replaced = Array.from(addition.ordinals, (ordinal) => this.#abandon(ordinal)).filter((row) => row !== -1);
    try {
      await paced(this.#appendAll(addition), options.signal);
      await this.#linkAll(first, options);
      options.signal?.throwIfAborted();
      live.grow(rows.size);
    } catch (error) {
      // What was linked stays a stepping stone, and what was not leads nowhere.
      live.grow(rows.size);
      for (let row = first; row < rows.size; row++) this.#abandon(rows.ordinals()[row] ?? 0);
      for (const row of replaced) {
        rows.reclaim(row);
        live.restore(row);
      }
      throw error;
    }
  }

  /** Forgets an ordinal; its row, or -1. */
  #abandon(ordinal: number): number {
    const row = this.#parts.rows.abandon(ordinal);
    if (row !== -1) this.#parts.live.delete(row);
    return row;
  }

  /**
   * Where a quarter of the rows are removed ones, links around these are mended, and they go in the last step.
   *
   * Put off until the next change where there is no room for it, or something is added or removed in between.
   */
  *#compactInSteps(): Generator<undefined, void> {
    const { rows, graph, live } = this.#parts;
    const gone = rows.size - live.count;
    if (gone <= this.#settings.scanBelow || gone <= GONE_SHARE * rows.size) return;
    const { version } = rows;
    const isGone = Uint8Array.from({ length: rows.size }, (_, row) => (live.has(row) ? 0 : 1));
    try {
      for (const _ of graph.repair(isGone, this.#settings.buildBeam)) {
        yield;
        if (version !== rows.version) return;
      }
    } catch (error) {
      if (error instanceof MemoryLimitError) return;
      throw error;
    }
    const kept = live.list(rows, undefined);
    rows.compact(kept);
    live.reset(kept.length);
    graph.compact(kept);
  }

  async #linkAll(first: number, { workers, signal, onProgress }: ParallelAddition): Promise<void> {
    const { rows, graph } = this.#parts;
    const [total, beam] = [rows.size - first, this.#settings.buildBeam];
    const report = (done: number): void => onProgress?.({ phase: 'linking', done, total, unit: 'vectors' });
    const threads = hasKernelWorkers(rows.memory) ? (workers ?? processorCount()) : 1;
    if (threads > 1) {
      const onLinked = (nodes: number): void => report(Math.max(0, nodes - first));
      await graph.linkInThreads(first, { beam, workers: threads, onLinked, ...(signal && { signal }) });
    } else await paced(this.#linkEach(first, report), signal);
    signal?.throwIfAborted();
    report(total);
  }

  *#linkEach(first: number, report: (done: number) => void): Generator<undefined, void> {
    const { rows, graph } = this.#parts;
    for (let row = first; row < rows.size; row++) {
      graph.link(row, this.#settings.buildBeam);
      if (row % REPORTED_ROWS === 0) report(row - first);
      yield;
    }
  }

  *#appendAll(addition: HnswAddition): Generator<undefined, void> {
    for (let at = 0; at < addition.ordinals.length; at++) {
      this.#append(addition, at);
      yield;
    }
  }

  /** A row and a node for a vector, without links. */
  #append({ ordinals, vectors: { data, columns }, divisors }: HnswAddition, at: number): void {
    const { rows, graph } = this.#parts;
    this.#vector.set(data.subarray(at * columns, (at + 1) * columns));
    if (divisors) divide(this.#vector, divisors[at] ?? 1);
    const level = randomLevel(this.#settings.seed, rows.size, this.#settings.degree);
    rows.append(ordinals[at] ?? 0, this.#vector);
    graph.append(this.#code.encode(this.#vector), level);
  }

  #makeRoom(added: number): void {
    const { rows, graph } = this.#parts;
    const { seed, degree, buildBeam } = this.#settings;
    let levels = 0;
    for (let row = rows.size; row < rows.size + added; row++) levels += randomLevel(seed, row, degree);
    rows.makeRoom(rows.size + added);
    graph.makeRoom(rows.size + added, levels, buildBeam);
  }
}

function divide(row: Float32Array, divisor: number): void {
  for (let column = 0; column < row.length; column++) row[column] = (row[column] ?? 0) / divisor;
}
