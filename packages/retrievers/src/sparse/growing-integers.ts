/** A list of integers, 0 to 2^32 - 1, that doubles its memory when it is full. */
export class GrowingIntegers {
  #values = new Uint32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const values = new Uint32Array(2 * this.#length);
      values.set(this.#values);
      this.#values = values;
    }
    this.#values[this.#length++] = value;
  }

  /** Starts again, in the memory that it has. */
  clear(): void {
    this.#length = 0;
  }

  /** The integers so far, as a view until the next `push`. */
  view(): Uint32Array {
    return this.#values.subarray(0, this.#length);
  }
}
