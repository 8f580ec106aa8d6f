import type { KernelMemory } from './memory.js';

/**
 * Bytes of a kernel memory that one owner has to itself, from a whole cache line on.
 *
 * Its views are made anew on each call, because they go stale whenever the memory grows: take them after the last
 * allocation and drop them before the next. `from` is in bytes, `length` in elements.
 */
export class Region {
  readonly memory: KernelMemory;
  /** In bytes, from the start of the memory: what a kernel takes as a pointer. Changes when the region is resized. */
  offset: number;
  /** Bytes reserved: what was asked for, in whole cache lines. */
  bytes: number;

  /** @param memory calls this; others use {@link KernelMemory.allocate} */
  constructor(memory: KernelMemory, offset: number, bytes: number) {
    this.memory = memory;
    this.offset = offset;
    this.bytes = bytes;
  }

  uint8(from = 0, length: number = this.bytes - from): Uint8Array {
    return new Uint8Array(this.memory.buffer, this.#start(from, length), length);
  }

  int8(from = 0, length: number = this.bytes - from): Int8Array {
    return new Int8Array(this.memory.buffer, this.#start(from, length), length);
  }

  int16(from = 0, length: number = (this.bytes - from) >>> 1): Int16Array {
    return new Int16Array(this.memory.buffer, this.#start(from, length * 2), length);
  }

  uint16(from = 0, length: number = (this.bytes - from) >>> 1): Uint16Array {
    return new Uint16Array(this.memory.buffer, this.#start(from, length * 2), length);
  }

  int32(from = 0, length: number = (this.bytes - from) >>> 2): Int32Array {
    return new Int32Array(this.memory.buffer, this.#start(from, length * 4), length);
  }

  uint32(from = 0, length: number = (this.bytes - from) >>> 2): Uint32Array {
    return new Uint32Array(this.memory.buffer, this.#start(from, length * 4), length);
  }

  float32(from = 0, length: number = (this.bytes - from) >>> 2): Float32Array {
    return new Float32Array(this.memory.buffer, this.#start(from, length * 4), length);
  }

  #start(from: number, bytes: number): number {
    if (from < 0 || from + bytes > this.bytes) {
      throw new RangeError(`Bytes ${from} to ${from + bytes} are outside a region of ${this.bytes}.`);
    }
    return this.offset + from;
  }
}
