import {
  decodeFloat16,
  encodeFloat16,
  type KernelMemory,
  LARGEST_FLOAT16,
  type Region,
  scoreFloat16,
  scoreFloat16Listed,
} from '@sluice/kernels';
import { bytesOf } from '../../saved-blocks.js';
import { EncodedRows } from './encoded-rows.js';
import type { BlockCall, ListedRowsCall } from './scanned-rows.js';

/** Vectors as float16, row-major, padded with zeros to `columns`: compared without being decoded first. */
export class HalfRows extends EncodedRows {
  readonly storage = 'float16';
  protected readonly largest: number = LARGEST_FLOAT16;
  readonly #halves: Region;

  constructor(memory: KernelMemory, dimensions: number) {
    super(memory, dimensions);
    this.#halves = memory.allocate(0);
  }

  override get bytes(): number {
    return this.#halves.bytes + super.bytes;
  }

  scoreBlock({ start, end, ...call }: BlockCall): void {
    scoreFloat16(this.memory, { ...call, rows: this.#view(start, end), columns: this.columns });
  }

  override scoreListed(call: ListedRowsCall): void {
    scoreFloat16Listed(this.memory, { ...call, rows: this.#view(0, this.size), columns: this.columns });
  }

  copy(list: Uint32Array, scratch: Region): Float32Array {
    const target = scratch.float32(0, list.length * this.columns);
    for (const [at, row] of list.entries()) {
      decodeFloat16(this.#view(row, row + 1), target.subarray(at * this.columns, (at + 1) * this.columns));
    }
    return target;
  }

  blocks(): Record<string, Uint8Array> {
    return { halves: bytesOf(this.#view(0, this.size)) };
  }

  /** All of them: a view, stale when the memory grows. */
  halves(): Uint16Array {
    return this.#view(0, this.size);
  }

  /** Takes over saved rows, into empty ones: distinct ordinals, and the bytes of the block. Checked by the caller. */
  restore(ordinals: Uint32Array, halves: Uint8Array): void {
    this.restoreOrdinals(ordinals);
    this.#halves.uint8(0, halves.length).set(halves);
  }

  close(): void {
    this.memory.free(this.#halves);
  }

  protected encode(row: number, vector: Float32Array): void {
    const target = this.#view(row, row + 1);
    target.fill(0, this.dimensions);
    encodeFloat16(vector, target.subarray(0, this.dimensions));
  }

  protected override resizeRows(rows: number): void {
    this.memory.resize(this.#halves, rows * this.columns * 2);
  }

  protected override moveRow(row: number, from: number): void {
    this.#view(row, row + 1).set(this.#view(from, from + 1));
  }

  #view(start: number, end: number): Uint16Array {
    return this.#halves.uint16(start * this.columns * 2, (end - start) * this.columns);
  }
}
