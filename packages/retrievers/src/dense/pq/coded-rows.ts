import type { Matrix } from '@sluice/core';
import type { KernelMemory } from '@sluice/kernels';
import { VectorRows } from '../flat/vector-rows.js';
import { ByteRows } from './byte-rows.js';
import { int8Bytes, toInt8 } from './int8-vector.js';
import type { Kept } from './pq-options.js';
import type { VectorCodec } from './vector-codec.js';

const BLOCK_ROWS = 256;

/**
 * Rows of an index, each with its code and what was kept of its vector.
 *
 * `rows` has the ordinals, and the vectors in float32 where these are kept (else it is of no columns); `codes` and
 * `int8` have as many rows, in the same order.
 */
export class CodedRows {
  readonly rows: VectorRows;
  readonly codec: VectorCodec;
  readonly codes: ByteRows;
  /** See `toInt8`; absent unless kept. */
  readonly int8: ByteRows | undefined;

  /** @param rows to which codes belong; others use {@link CodedRows.from} */
  constructor(rows: VectorRows, codec: VectorCodec, int8: ByteRows | undefined) {
    this.rows = rows;
    this.codec = codec;
    this.codes = new ByteRows(rows.memory, codec.quantizer.parts);
    this.int8 = int8;
  }

  get bytes(): number {
    return this.rows.bytes + this.codes.bytes + (this.int8?.bytes ?? 0) + this.codec.bytes;
  }

  /**
   * Rows of vectors as coded ones; the vectors are given up where they are not kept.
   *
   * @throws {MemoryLimitError} the codes do not fit; the rows are as before, the codec is closed
   */
  static from(source: VectorRows, codec: VectorCodec, kept: Kept): CodedRows {
    const { memory, dimensions } = source;
    const rows = kept === 'float32' ? source : bareRows(memory);
    const coded = new CodedRows(rows, codec, int8Rows(memory, dimensions, kept));
    try {
      coded.#reserve(source.size);
      if (rows !== source) rows.restore(source.ordinals(), new Uint8Array(0));
      for (let start = 0; start < source.size; start += BLOCK_ROWS) {
        const end = Math.min(start + BLOCK_ROWS, source.size);
        coded.#encode(unpadded(source, start, end), dimensions, start);
      }
    } catch (error) {
      coded.closeCodes();
      if (rows !== source) rows.close();
      throw error;
    }
    if (rows !== source) source.close();
    return coded;
  }

  /**
   * Sets vectors, each divided by its divisor.
   *
   * @throws {MemoryLimitError} they do not fit; nothing has changed
   */
  set(ordinals: Uint32Array, vectors: Matrix, divisors: Float64Array | undefined): void {
    const { columns } = vectors;
    const added = ordinals.reduce((count, ordinal) => count + Number(this.rows.rowOf(ordinal) === -1), 0);
    this.#reserve(this.rows.size + added);
    this.rows.set(ordinals, vectors, divisors);
    for (const [at, ordinal] of ordinals.entries()) {
      const vector = vectors.data.slice(at * columns, (at + 1) * columns);
      const divisor = divisors?.[at] ?? 1;
      if (divisors) for (let column = 0; column < columns; column++) vector[column] = (vector[column] ?? 0) / divisor;
      this.#encode(vector, columns, this.rows.rowOf(ordinal));
    }
  }

  /** Whether it was there. The last row takes its place. */
  remove(ordinal: number): boolean {
    const row = this.rows.rowOf(ordinal);
    if (row === -1) return false;
    const last = this.rows.size - 1;
    this.codes.move(last, row);
    this.int8?.move(last, row);
    return this.rows.remove(ordinal);
  }

  /** Gives the kernel memory back. Nothing may be called afterwards. */
  close(): void {
    this.rows.close();
    this.closeCodes();
  }

  /** As {@link close}, but for the rows. */
  closeCodes(): void {
    this.codes.close();
    this.int8?.close();
    this.codec.close();
  }

  #reserve(rows: number): void {
    this.rows.makeRoom(rows);
    this.codes.reserve(rows);
    this.int8?.reserve(rows);
  }

  /** Sets the codes of vectors, from a row on. */
  #encode(data: Float32Array, columns: number, first: number): void {
    const count = data.length / columns;
    const codes = this.codec.encode({ data, count, stride: columns, from: 0, width: columns });
    this.codes.view(first, first + count).set(codes);
    for (let at = 0; at < count; at++) {
      this.int8?.set(first + at, toInt8(data.subarray(at * columns, (at + 1) * columns)));
    }
  }
}

/** Ordinals without vectors. */
export function bareRows(memory: KernelMemory): VectorRows {
  return new VectorRows(memory, 0);
}

/** Where vectors of 8 bits a number go; nowhere unless they are kept. */
export function int8Rows(memory: KernelMemory, dimensions: number, kept: Kept): ByteRows | undefined {
  return kept === 'int8' ? new ByteRows(memory, int8Bytes(dimensions)) : undefined;
}

/** A copy of rows without their padding. */
function unpadded(rows: VectorRows, start: number, end: number): Float32Array {
  const { dimensions } = rows;
  const copy = new Float32Array((end - start) * dimensions);
  for (let row = start; row < end; row++) {
    copy.set(rows.vectors(row, row + 1).subarray(0, dimensions), (row - start) * dimensions);
  }
  return copy;
}
