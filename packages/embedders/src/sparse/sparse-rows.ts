import type { SparseMatrix } from '@sluice/core';

/** Sparse rows collected one by one, for rows of which nobody knows how long they will be. */
export class SparseRows {
  readonly #offsets: number[] = [0];
  #indices: Uint32Array<ArrayBuffer> = new Uint32Array(256);
  #values: Float32Array<ArrayBuffer> = new Float32Array(256);

  add(indices: Uint32Array, values: Float32Array): void {
    const start = this.#offsets.at(-1) ?? 0;
    const end = start + indices.length;
    if (end > this.#indices.length) this.#grow(end);
    this.#indices.set(indices, start);
    this.#values.set(values, start);
    this.#offsets.push(end);
  }

  finish(columns: number): SparseMatrix {
    const entries = this.#offsets.at(-1) ?? 0;
    return {
      rows: this.#offsets.length - 1,
      columns,
      offsets: Uint32Array.from(this.#offsets),
      indices: this.#indices.slice(0, entries),
      values: this.#values.slice(0, entries),
    };
  }

  #grow(needed: number): void {
    const length = Math.max(needed, this.#indices.length * 2);
    const indices = new Uint32Array(length);
    const values = new Float32Array(length);
    indices.set(this.#indices);
    values.set(this.#values);
    this.#indices = indices;
    this.#values = values;
  }
}
