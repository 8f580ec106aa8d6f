import type { Matrix } from '@sluice/core';
import { FLOAT32_COLUMNS, type KernelMemory, type Region, scoreFloat32Listed } from '@sluice/kernels';
import { bytesOf } from '../../saved-blocks.js';
import type { FlatRows } from './flat-rows.js';
import { RowOrdinals } from './row-ordinals.js';
import type { ListedRowsCall } from './scanned-rows.js';

/**
 * Vectors of an index in kernel memory, one a row, each with its ordinal.
 *
 * Rows are dense: a removed one is replaced by the last. So the order of rows says nothing; ties are broken by ordinal.
 * Layout: row-major float32, padded with zeros to `columns`.
 */
export class VectorRows extends RowOrdinals implements FlatRows {
  readonly storage = 'float32';
  readonly memory: KernelMemory;
  readonly access = 'in-place';
  readonly dimensions: number;
  readonly columns: number;
  readonly #vectors: Region;

  constructor(memory: KernelMemory, dimensions: number) {
    super();
    this.memory = memory;
    this.dimensions = dimensions;
    this.columns = Math.ceil(dimensions / FLOAT32_COLUMNS) * FLOAT32_COLUMNS;
    this.#vectors = memory.allocate(0);
  }

  override get bytes(): number {
    return this.#vectors.bytes + super.bytes;
  }

  /** Rows `start` to `end - 1`: a view, stale when the memory grows. */
  vectors(start = 0, end: number = this.size): Float32Array {
    return this.#vectors.float32(start * this.columns * 4, (end - start) * this.columns);
  }

  block(start: number, end: number): Float32Array {
    return this.vectors(start, end);
  }

  copy(list: Uint32Array, scratch: Region): Float32Array {
    const { columns } = this;
    const all = this.vectors();
    const copied = scratch.float32(0, list.length * columns);
    for (const [at, row] of list.entries()) copied.set(all.subarray(row * columns, (row + 1) * columns), at * columns);
    return copied;
  }

  scoreListed(call: ListedRowsCall): void {
    scoreFloat32Listed(this.memory, { ...call, rows: this.vectors(), columns: this.columns });
  }

  /**
   * Sets the vectors of `ordinals`, each divided by its divisor; new ones get a row. Checked by the caller.
   *
   * @throws {MemoryLimitError} they do not fit; nothing has changed
   */
  set(ordinals: Uint32Array, vectors: Matrix, divisors: Float64Array | undefined): void {
    let added = 0;
    for (const ordinal of ordinals) if (this.rowOf(ordinal) === -1) added++;
    this.makeRoom(this.size + added);
    this.version++;
    const target = this.#vectors.float32();
    for (const [at, ordinal] of ordinals.entries()) {
      const start = this.rowFor(ordinal) * this.columns;
      const row = target.subarray(start, start + this.columns).fill(0, this.dimensions);
      row.set(vectors.data.subarray(at * this.dimensions, (at + 1) * this.dimensions));
      if (divisors) divide(row, divisors[at] ?? 1);
    }
  }

  /** A new row, with a vector as it is to be stored: `columns` numbers. There is room. */
  append(ordinal: number, vector: Float32Array): void {
    this.version++;
    const row = this.rowFor(ordinal);
    this.vectors(row, row + 1).set(vector);
  }

  /** Whether it was there. The last row takes its place. */
  remove(ordinal: number): boolean {
    const row = this.rowOf(ordinal);
    if (row === -1) return false;
    this.version++;
    this.moveRow(row, this.size - 1);
    this.replaceByLast(row);
    return true;
  }

  /**
   * Takes over saved rows, into an empty one: distinct ordinals, and the bytes of {@link vectors}.
   *
   * @returns the vectors where they are now, still to be checked
   */
  restore(ordinals: Uint32Array, vectors: Uint8Array): Float32Array {
    this.restoreOrdinals(ordinals);
    this.#vectors.uint8(0, vectors.length).set(vectors);
    return this.vectors();
  }

  blocks(): Record<string, Uint8Array> {
    return { vectors: bytesOf(this.vectors()) };
  }

  /** Gives the kernel memory back. Nothing may be called afterwards. */
  close(): void {
    this.memory.free(this.#vectors);
  }

  protected override resizeRows(rows: number): void {
    this.memory.resize(this.#vectors, rows * this.columns * 4);
  }

  protected override moveRow(row: number, from: number): void {
    this.vectors().copyWithin(row * this.columns, from * this.columns, (from + 1) * this.columns);
  }
}

function divide(row: Float32Array, divisor: number): void {
  for (let column = 0; column < row.length; column++) row[column] = (row[column] ?? 0) / divisor;
}
