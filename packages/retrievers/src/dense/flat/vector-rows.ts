import type { Matrix } from '@sluice/core';
import { FLOAT32_COLUMNS, type KernelMemory, MemoryLimitError, type Region } from '@sluice/kernels';
import { OrdinalRows } from '../ordinal-rows.js';

const FIRST_CAPACITY = 64;
const GROWTH = 1.5;

/**
 * Vectors of an index in kernel memory, one a row, each with its ordinal.
 *
 * Rows are dense: a removed one is replaced by the last. So the order of rows says nothing; ties are broken by ordinal.
 * Layout: `vectors` is row-major float32 in kernel memory, padded with zeros to `columns`; `ordinals[row]` is uint32
 * outside it, so that the one large region can grow in place. `rowOf` is the inverse of `ordinals`.
 */
export class VectorRows {
  readonly memory: KernelMemory;
  /** Numbers of a row that count. */
  readonly dimensions: number;
  /** Numbers from row to row: `dimensions` rounded up to whole kernel steps. */
  readonly columns: number;
  /** Changes with every addition and removal. */
  version = 0;
  /** Above every ordinal that was ever set. */
  ordinalBound = 0;
  readonly #vectors: Region;
  #ordinals = new Uint32Array(0);
  readonly #rowOf = new OrdinalRows();
  #size = 0;

  constructor(memory: KernelMemory, dimensions: number) {
    this.memory = memory;
    this.dimensions = dimensions;
    this.columns = Math.ceil(dimensions / FLOAT32_COLUMNS) * FLOAT32_COLUMNS;
    this.#vectors = memory.allocate(0);
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#vectors.bytes + this.#ordinals.byteLength + this.#rowOf.bytes;
  }

  /** -1 for an ordinal that is not there. */
  rowOf(ordinal: number): number {
    return this.#rowOf.rowOf(ordinal);
  }

  /** Rows `start` to `end - 1`: a view, stale when the memory grows. */
  vectors(start = 0, end: number = this.#size): Float32Array {
    return this.#vectors.float32(start * this.columns * 4, (end - start) * this.columns);
  }

  /** Their ordinals: a view, stale after an addition. */
  ordinals(start = 0, end: number = this.#size): Uint32Array {
    return this.#ordinals.subarray(start, end);
  }

  /**
   * Makes room for `rows` rows in all.
   *
   * @throws {MemoryLimitError} they do not fit; nothing has changed
   */
  reserve(rows: number): void {
    if (rows <= this.#ordinals.length) return;
    this.memory.resize(this.#vectors, rows * this.columns * 4);
    const ordinals = new Uint32Array(rows);
    ordinals.set(this.ordinals());
    this.#ordinals = ordinals;
  }

  /**
   * Sets the vectors of `ordinals`, each divided by its divisor; new ones get a row. Checked by the caller.
   *
   * @throws {MemoryLimitError} they do not fit; nothing has changed
   */
  set(ordinals: Uint32Array, vectors: Matrix, divisors: Float64Array | undefined): void {
    let added = 0;
    for (const ordinal of ordinals) if (this.rowOf(ordinal) === -1) added++;
    this.makeRoom(this.#size + added);
    this.version++;
    const target = this.#vectors.float32();
    for (const [at, ordinal] of ordinals.entries()) {
      const start = this.#rowFor(ordinal) * this.columns;
      const row = target.subarray(start, start + this.columns).fill(0, this.dimensions);
      row.set(vectors.data.subarray(at * this.dimensions, (at + 1) * this.dimensions));
      if (divisors) divide(row, divisors[at] ?? 1);
    }
  }

  /** Whether it was there. The last row takes its place. */
  remove(ordinal: number): boolean {
    const row = this.rowOf(ordinal);
    if (row === -1) return false;
    this.version++;
    const last = this.#size - 1;
    const ordinals = this.ordinals();
    const lastOrdinal = ordinals[last] ?? 0;
    this.vectors().copyWithin(row * this.columns, last * this.columns);
    ordinals[row] = lastOrdinal;
    this.#rowOf.set(lastOrdinal, row);
    this.#rowOf.delete(ordinal);
    this.#size = last;
    return true;
  }

  /** Forgets an ordinal and leaves its row where it is; that row, or -1. For indexes that cannot move rows. */
  abandon(ordinal: number): number {
    const row = this.rowOf(ordinal);
    if (row === -1) return -1;
    this.version++;
    this.#rowOf.delete(ordinal);
    return row;
  }

  /** Moves the rows of a list (ascending) to the front, and drops the others, which were abandoned. */
  compact(kept: Uint32Array): void {
    this.version++;
    const vectors = this.vectors();
    for (const [row, from] of kept.entries()) {
      vectors.copyWithin(row * this.columns, from * this.columns, (from + 1) * this.columns);
      const ordinal = this.#ordinals[from] ?? 0;
      this.#ordinals[row] = ordinal;
      this.#rowOf.set(ordinal, row);
    }
    this.#size = kept.length;
  }

  /**
   * Takes over saved rows, into an empty one: distinct ordinals, and the bytes of {@link vectors}.
   *
   * @returns the vectors where they are now, still to be checked
   */
  restore(ordinals: Uint32Array, vectors: Uint8Array): Float32Array {
    this.reserve(ordinals.length);
    this.#size = ordinals.length;
    this.ordinals().set(ordinals);
    this.#vectors.uint8(0, vectors.length).set(vectors);
    for (const [row, ordinal] of ordinals.entries()) this.#rowOf.set(ordinal, row);
    this.ordinalBound = ordinals.reduce((bound, ordinal) => Math.max(bound, ordinal + 1), 0);
    return this.vectors();
  }

  /** Gives the kernel memory back. Nothing may be called afterwards. */
  close(): void {
    this.memory.free(this.#vectors);
  }

  /**
   * Makes room for `rows` rows in all and for some more, unless only these fit.
   *
   * @throws {MemoryLimitError} they do not fit; nothing has changed
   */
  makeRoom(rows: number): void {
    if (rows <= this.#ordinals.length) return;
    try {
      this.reserve(Math.max(rows, FIRST_CAPACITY, Math.ceil(this.#size * GROWTH)));
    } catch (error) {
      if (!(error instanceof MemoryLimitError)) throw error;
      this.reserve(rows);
    }
  }

  #rowFor(ordinal: number): number {
    const row = this.rowOf(ordinal);
    if (row !== -1) return row;
    this.#rowOf.set(ordinal, this.#size);
    this.#ordinals[this.#size] = ordinal;
    this.ordinalBound = Math.max(this.ordinalBound, ordinal + 1);
    return this.#size++;
  }
}

function divide(row: Float32Array, divisor: number): void {
  for (let column = 0; column < row.length; column++) row[column] = (row[column] ?? 0) / divisor;
}
