import type { Bitmap } from '@sluice/core';
import type { RowOrdinals } from '../flat/row-ordinals.js';

const FIRST_ROWS = 64;

/** Which rows of an index count; those that were removed stay where they are for a while. A byte each: 1 is live. */
export class LiveRows {
  #isLive = new Uint8Array(FIRST_ROWS);
  #rows = 0;
  #count = 0;

  /** Rows that count. */
  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#isLive.byteLength;
  }

  has(row: number): boolean {
    // Marks beyond were left by rows that were dropped.
    return row < this.#rows && this.#isLive[row] === 1;
  }

  /** More rows, all live, up to `rows` in all. */
  grow(rows: number): void {
    if (rows > this.#isLive.length) {
      const longer = new Uint8Array(Math.max(rows, 2 * this.#isLive.length));
      longer.set(this.#isLive);
      this.#isLive = longer;
    }
    this.#isLive.fill(1, this.#rows, rows);
    this.#count += rows - this.#rows;
    this.#rows = rows;
  }

  /** `rows` rows, all live. */
  reset(rows: number): void {
    this.#rows = 0;
    this.#count = 0;
    this.grow(rows);
  }

  /** A live row is no longer live. */
  delete(row: number): void {
    this.#isLive[row] = 0;
    this.#count--;
  }

  /** A row that was deleted is live again. */
  restore(row: number): void {
    this.#isLive[row] = 1;
    this.#count++;
  }

  /** The live rows, ascending: all, or those whose ordinals pass. */
  list(rows: RowOrdinals, filter: Bitmap | undefined): Uint32Array {
    const list = new Uint32Array(this.#count);
    const ordinals = rows.ordinals();
    let length = 0;
    for (let row = 0; row < this.#rows; row++) {
      if (this.#isLive[row] === 1 && (!filter || filter.has(ordinals[row] ?? 0))) list[length++] = row;
    }
    return list.subarray(0, length);
  }
}
