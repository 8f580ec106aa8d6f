import type { Matrix } from '@sluice/core';
import type { ScannedRows } from './scanned-rows.js';

/**
 * What a flat index keeps of a vector.
 *
 * - `float32`: 4 bytes a number, as it was given.
 * - `float16`: 2 bytes a number, off by at most 1 part in 2,048; numbers up to 65,504.
 * - `int8`: 1 byte a number and 8 a vector, off by at most half of 1/127 of the vector's largest.
 */
export type KeptStorage = 'float32' | 'float16' | 'int8';

/** Rows that a flat index is made of: vectors in some form, each with its ordinal, that can be changed and saved. */
export interface FlatRows extends ScannedRows {
  readonly storage: KeptStorage;

  /**
   * Sets the vectors of `ordinals`, each divided by its divisor; new ones get a row. Checked by the caller.
   *
   * @throws {InvalidInputError} a number is larger than the form can hold; nothing has changed
   * @throws {MemoryLimitError} they do not fit; nothing has changed
   */
  set(ordinals: Uint32Array, vectors: Matrix, divisors: Float64Array | undefined): void;

  /** Whether it was there. The last row takes its place. */
  remove(ordinal: number): boolean;

  /** The rows as they are saved, without their ordinals: views, stale after a change. */
  blocks(): Record<string, Uint8Array>;

  /** Gives the kernel memory back. Nothing may be called afterwards. */
  close(): void;
}
