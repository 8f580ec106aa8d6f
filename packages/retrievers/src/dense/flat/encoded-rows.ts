import { InvalidInputError, type Matrix } from '@sluice/core';
import { FLOAT32_COLUMNS, type KernelMemory, type Region, scoreFloat32 } from '@sluice/kernels';
import type { FlatRows, KeptStorage } from './flat-rows.js';
import { RowOrdinals } from './row-ordinals.js';
import type { ListedRowsCall } from './scanned-rows.js';

/** Rows that are decoded to be compared: what float16 and int8 rows have in common. */
export abstract class EncodedRows extends RowOrdinals implements FlatRows {
  abstract readonly storage: KeptStorage;
  readonly memory: KernelMemory;
  readonly access = 'decoded';
  readonly dimensions: number;
  readonly columns: number;

  constructor(memory: KernelMemory, dimensions: number) {
    super();
    this.memory = memory;
    this.dimensions = dimensions;
    this.columns = Math.ceil(dimensions / FLOAT32_COLUMNS) * FLOAT32_COLUMNS;
  }

  set(ordinals: Uint32Array, vectors: Matrix, divisors: Float64Array | undefined): void {
    const vector = new Float32Array(this.dimensions);
    const load = (at: number): Float32Array => {
      vector.set(vectors.data.subarray(at * this.dimensions, (at + 1) * this.dimensions));
      const divisor = divisors?.[at] ?? 1;
      if (divisors)
        for (let column = 0; column < vector.length; column++) vector[column] = (vector[column] ?? 0) / divisor;
      return vector;
    };
    for (let at = 0; at < ordinals.length; at++) this.#expectEncodable(load(at), at);
    const added = ordinals.reduce((count, ordinal) => count + Number(this.rowOf(ordinal) === -1), 0);
    this.makeRoom(this.size + added);
    this.version++;
    for (const [at, ordinal] of ordinals.entries()) this.encode(this.rowFor(ordinal), load(at));
  }

  remove(ordinal: number): boolean {
    const row = this.rowOf(ordinal);
    if (row === -1) return false;
    this.version++;
    this.moveRow(row, this.size - 1);
    this.replaceByLast(row);
    return true;
  }

  block(start: number, end: number, scratch: Region): Float32Array {
    const list = Uint32Array.from({ length: end - start }, (_, at) => start + at);
    return this.copy(list, scratch);
  }

  scoreListed({ metric, query, list, scores }: ListedRowsCall, scratch: Region): void {
    const rows = this.copy(list, scratch);
    scoreFloat32(this.memory, { metric, queries: query, rows, scores, columns: this.columns });
  }

  abstract copy(list: Uint32Array, scratch: Region): Float32Array;
  abstract blocks(): Record<string, Uint8Array>;
  abstract close(): void;

  /** The largest number that can be encoded. */
  protected abstract readonly largest: number;

  /** Sets a row for which there is room. */
  protected abstract encode(row: number, vector: Float32Array): void;

  #expectEncodable(vector: Float32Array, row: number): void {
    if (vector.every((value) => Math.abs(value) <= this.largest)) return;
    const problem = `a number is larger than ${this.storage} can hold (${this.largest})`;
    throw new InvalidInputError({ source: 'vectors', row }, problem, "Scale the vectors, or keep them as 'float32'.");
  }
}
