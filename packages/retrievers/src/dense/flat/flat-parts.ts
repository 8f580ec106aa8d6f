import type { Matrix } from '@sluice/core';
import type { KernelMemory } from '@sluice/kernels';
import type { VectorShape } from '../vector-shape.js';
import type { FlatSettings } from './flat-options.js';
import type { FlatRows, KeptStorage } from './flat-rows.js';
import { HalfRows } from './half-rows.js';
import { Int8Rows } from './int8-rows.js';
import { SignsScores } from './signs-scores.js';
import { VectorRows } from './vector-rows.js';

/** Room that is made beyond what is needed. */
const GROWTH = 1.125;

/** Rows without vectors. */
export function emptyRows(storage: KeptStorage, memory: KernelMemory, dimensions: number): FlatRows {
  if (storage === 'float16') return new HalfRows(memory, dimensions);
  return storage === 'int8' ? new Int8Rows(memory, dimensions) : new VectorRows(memory, dimensions);
}

/** What a flat index is made of: rows, and signs of them where it compares these first. */
export class FlatParts {
  readonly rows: FlatRows;
  readonly signs: SignsScores | undefined;

  constructor(rows: FlatRows, signs: SignsScores | undefined) {
    this.rows = rows;
    this.signs = signs;
  }

  /** Of an index without vectors. */
  static empty(
    { dimensions, similarity }: VectorShape,
    { storage, kept }: FlatSettings,
    memory: KernelMemory,
  ): FlatParts {
    const rows = emptyRows(storage === 'binary' ? kept : storage, memory, dimensions);
    return new FlatParts(
      rows,
      storage === 'binary' ? new SignsScores(memory, similarity, dimensions, rows.columns) : undefined,
    );
  }

  get bytes(): number {
    return this.rows.bytes + (this.signs?.bytes ?? 0);
  }

  /**
   * Makes room for `rows` rows in all.
   *
   * @throws {MemoryLimitError} they do not fit
   */
  reserve(rows: number): void {
    this.rows.reserve(rows);
    this.signs?.reserve(rows);
  }

  /** As `FlatRows.set`. */
  set(ordinals: Uint32Array, vectors: Matrix, divisors: Float64Array | undefined): void {
    const { rows, signs } = this;
    const added = ordinals.reduce((count, ordinal) => count + Number(rows.rowOf(ordinal) === -1), 0);
    // Before anything changes: where there is no room for the signs, nothing has.
    if (signs && signs.capacity < rows.size + added) signs.reserve(Math.ceil((rows.size + added) * GROWTH));
    rows.set(ordinals, vectors, divisors);
    if (!signs) return;
    const { columns } = vectors;
    for (const [at, ordinal] of ordinals.entries()) {
      const divisor = divisors?.[at] ?? 1;
      const vector = vectors.data.subarray(at * columns, (at + 1) * columns);
      signs.set(rows.rowOf(ordinal), divisors ? vector.map((value) => value / divisor) : vector);
    }
  }

  /** As `FlatRows.remove`. */
  remove(ordinal: number): boolean {
    const row = this.rows.rowOf(ordinal);
    if (row !== -1) this.signs?.move(row, this.rows.size - 1);
    return this.rows.remove(ordinal);
  }

  close(): void {
    this.rows.close();
    this.signs?.close();
  }
}
