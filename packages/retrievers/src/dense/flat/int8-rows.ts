import { decodeCompact, INT8_COLUMNS, type KernelMemory, type Region } from '@sluice/kernels';
import { bytesOf } from '../../saved-blocks.js';
import { EncodedRows } from './encoded-rows.js';

const LARGEST_CODE = 127;
/** Rows decoded at a time by the kernel: those of a block of a scan. */
const BLOCK_ROWS = 256;

/**
 * Vectors as 8-bit codes, the largest number of each being 127: `value = code * scale`.
 *
 * Layout: `codes` int8, row-major, padded with zeros to `stride`; `scales` and `squares` float32, one a row, the latter
 * the squared length of the decoded vector.
 */
export class Int8Rows extends EncodedRows {
  readonly storage = 'int8';
  protected readonly largest: number = Number.MAX_VALUE;
  readonly stride: number;
  /** At least the largest scale that is there. */
  largestScale = 0;
  readonly #codes: Region;
  readonly #scales: Region;
  readonly #squares: Region;
  /** What a decoding needs beside the codes: listed rows, no steps, no bits. */
  readonly #list: Region;
  readonly #nothing: Region;

  constructor(memory: KernelMemory, dimensions: number) {
    super(memory, dimensions);
    this.stride = Math.ceil(dimensions / INT8_COLUMNS) * INT8_COLUMNS;
    this.#codes = memory.allocate(0);
    this.#scales = memory.allocate(0);
    this.#squares = memory.allocate(0);
    this.#list = memory.allocate(BLOCK_ROWS * 4);
    this.#nothing = memory.allocate(BLOCK_ROWS * Math.max(4, this.stride / 8));
    this.#nothing.uint8().fill(0);
  }

  override get bytes(): number {
    return this.#regions().reduce((sum, { bytes }) => sum + bytes, super.bytes);
  }

  /** Of rows `start` to `end - 1`: a view, stale when the memory grows. */
  codes(start = 0, end: number = this.size): Int8Array {
    return this.#codes.int8(start * this.stride, (end - start) * this.stride);
  }

  /** Of rows `start` to `end - 1`: a view, stale when the memory grows. */
  scales(start = 0, end: number = this.size): Float32Array {
    return this.#scales.float32(start * 4, end - start);
  }

  /** Of rows `start` to `end - 1`: a view, stale when the memory grows. */
  squares(start = 0, end: number = this.size): Float32Array {
    return this.#squares.float32(start * 4, end - start);
  }

  /** Rows of whole blocks are decoded by a kernel; `start` is a multiple of the block. */
  override block(start: number, end: number, scratch: Region): Float32Array {
    const { stride, columns, dimensions: width } = this;
    const rows = end - start;
    const list = this.#list.uint32(0, rows);
    for (let at = 0; at < rows; at++) list[at] = at;
    const target = scratch.float32(0, rows * columns);
    decodeCompact(this.memory, {
      ...{ codes: this.codes(start, end), scales: this.scales(start, end), list, target, stride, width, columns },
      bits: this.#nothing.uint8(0, (rows * stride) / 8),
      steps: this.#nothing.float32(0, rows),
    });
    return target;
  }

  copy(list: Uint32Array, scratch: Region): Float32Array {
    const { columns, dimensions } = this;
    const [codes, scales] = [this.codes(), this.scales()];
    const target = scratch.float32(0, list.length * columns).fill(0);
    for (let at = 0; at < list.length; at++) {
      const row = list[at] ?? 0;
      const scale = scales[row] ?? 0;
      for (let column = 0; column < dimensions; column++) {
        target[at * columns + column] = (codes[row * this.stride + column] ?? 0) * scale;
      }
    }
    return target;
  }

  blocks(): Record<string, Uint8Array> {
    return { codes: bytesOf(this.codes()), scales: bytesOf(this.scales()), squares: bytesOf(this.squares()) };
  }

  /** Takes over saved rows, into empty ones: distinct ordinals, and the blocks. Checked by the caller. */
  restore(ordinals: Uint32Array, { codes, scales, squares }: Record<'codes' | 'scales' | 'squares', Uint8Array>): void {
    this.restoreOrdinals(ordinals);
    this.#codes.uint8(0, codes.length).set(codes);
    this.#scales.uint8(0, scales.length).set(scales);
    this.#squares.uint8(0, squares.length).set(squares);
    this.largestScale = this.scales().reduce((largest, scale) => Math.max(largest, scale), 0);
  }

  close(): void {
    for (const region of this.#regions()) this.memory.free(region);
  }

  protected encode(row: number, vector: Float32Array): void {
    let largest = 0;
    for (let column = 0; column < vector.length; column++) largest = Math.max(largest, Math.abs(vector[column] ?? 0));
    const scale = Math.fround(largest / LARGEST_CODE);
    const factor = largest === 0 ? 0 : LARGEST_CODE / largest;
    const codes = this.codes(row, row + 1).fill(0);
    let squared = 0;
    for (let column = 0; column < vector.length; column++) {
      const code = Math.round((vector[column] ?? 0) * factor);
      codes[column] = code;
      squared += code * code;
    }
    this.scales(row, row + 1)[0] = scale;
    this.squares(row, row + 1)[0] = squared * scale * scale;
    this.largestScale = Math.max(this.largestScale, scale);
  }

  protected override resizeRows(rows: number): void {
    this.memory.resize(this.#codes, rows * this.stride);
    this.memory.resize(this.#scales, rows * 4);
    this.memory.resize(this.#squares, rows * 4);
  }

  protected override moveRow(row: number, from: number): void {
    this.codes(row, row + 1).set(this.codes(from, from + 1));
    for (const numbers of [this.scales(), this.squares()]) numbers.copyWithin(row, from, from + 1);
  }

  #regions(): Region[] {
    return [this.#codes, this.#scales, this.#squares, this.#list, this.#nothing];
  }
}
