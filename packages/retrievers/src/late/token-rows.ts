import {
  encodeFloat16,
  FLOAT32_COLUMNS,
  INT8_COLUMNS,
  type KernelMemory,
  LARGEST_FLOAT16,
  type Region,
} from '@sluice/kernels';
import { lengthOf } from '../dense/clustering/training-points.js';
import type { MultiVectorShape } from './multi-vector-options.js';

const LARGEST_CODE = 127;
/** A length is rounded when numbers are: no more than by a 254th of the largest for int8, and a 2,048th for float16. */
const ROUNDING = 1 + 2 ** -7;

/**
 * Token vectors of all documents, one after the other, in the form that kernels read. Rows can be added, not taken away.
 */
export class TokenRows {
  readonly memory: KernelMemory;
  readonly shape: MultiVectorShape;
  /** Numbers from row to row. */
  readonly stride: number;
  readonly #rows: Region;
  readonly #scales: Region;
  #count = 0;
  #largestLength = 0;

  constructor(memory: KernelMemory, shape: MultiVectorShape) {
    const unit = shape.precision === 'int8' ? INT8_COLUMNS : FLOAT32_COLUMNS;
    this.memory = memory;
    this.shape = shape;
    this.stride = Math.ceil(shape.dimensions / unit) * unit;
    this.#scales = memory.allocate(0);
    this.#rows = memory.allocate(0);
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#rows.bytes + this.#scales.bytes;
  }

  /** At least the length of the longest vector. */
  get largestLength(): number {
    return this.#largestLength;
  }

  /** Views; stale when the memory grows. Of the other precision, they are empty. */
  get halves(): Uint16Array {
    return this.#rows.uint16(0, this.shape.precision === 'float16' ? this.#count * this.stride : 0);
  }

  get codes(): Int8Array {
    return this.#rows.int8(0, this.shape.precision === 'int8' ? this.#count * this.stride : 0);
  }

  get scales(): Float32Array {
    return this.#scales.float32(0, this.shape.precision === 'int8' ? this.#count : 0);
  }

  /**
   * Makes room at once for so many rows in all.
   *
   * @throws {MemoryLimitError} they do not fit
   */
  reserve(rows: number): void {
    const size = rows * this.stride * (this.shape.precision === 'int8' ? 1 : 2);
    if (this.shape.precision === 'int8' && rows * 4 > this.#scales.bytes) this.memory.resize(this.#scales, rows * 4);
    if (size > this.#rows.bytes) this.memory.resize(this.#rows, size);
  }

  /**
   * Appends rows, row-major, that fit what was reserved.
   *
   * @param vectors finite, and at most {@link LARGEST_FLOAT16} in size where kept in float16
   */
  append(vectors: Float32Array): void {
    const { dimensions, precision } = this.shape;
    const first = this.#count;
    this.#count += vectors.length / dimensions;
    for (let row = first; row < this.#count; row++) {
      const vector = vectors.subarray((row - first) * dimensions, (row - first + 1) * dimensions);
      this.#largestLength = Math.max(this.#largestLength, lengthOf(vector) * ROUNDING);
      if (precision === 'int8') this.#setCodes(row, vector);
      else {
        const target = this.#rows.uint16(2 * row * this.stride, this.stride);
        target.fill(0, dimensions);
        encodeFloat16(vector, target);
      }
    }
  }

  /** Puts rows into place as they were kept: what {@link halves} or {@link codes} and {@link scales} gave. */
  restore(count: number, rows: Uint8Array, scales: Float32Array, largestLength: number): void {
    this.reserve(count);
    this.#rows.uint8(0, rows.length).set(rows);
    this.#scales.float32(0, scales.length).set(scales);
    this.#count = count;
    this.#largestLength = largestLength;
  }

  /** Gives the kernel memory back. Nothing may be called afterwards. */
  close(): void {
    this.memory.free(this.#rows);
    this.memory.free(this.#scales);
  }

  #setCodes(row: number, vector: Float32Array): void {
    const codes = this.#rows.int8(row * this.stride, this.stride);
    const scales = this.#scales.float32(0, this.#count);
    let largest = 0;
    for (const value of vector) largest = Math.max(largest, Math.abs(value));
    codes.fill(0, vector.length);
    scales[row] = largest / LARGEST_CODE;
    const factor = largest === 0 ? 0 : LARGEST_CODE / largest;
    for (let column = 0; column < vector.length; column++) codes[column] = Math.round((vector[column] ?? 0) * factor);
  }
}

/** Whether a number can be kept. */
export function fits(value: number, { precision }: Pick<MultiVectorShape, 'precision'>): boolean {
  return precision === 'float16' ? Math.abs(value) <= LARGEST_FLOAT16 : Number.isFinite(value);
}
