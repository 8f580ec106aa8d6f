/** Reads what a `BitWriter` wrote; zeros beyond the end. */
export class BitReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  /** In bits from `start`: from the beginning of all bytes, 512 MiB would be too many for 32 bits. */
  #at = 0;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes.subarray(start, end);
    this.#end = this.#bytes.length * 8;
  }

  /** Whether more was read than there was. */
  get isOver(): boolean {
    return this.#at > this.#end;
  }

  /** Whether the last byte was reached, and nothing but zeros are left of it. */
  get isDone(): boolean {
    if (this.isOver || this.#end - this.#at >= 8) return false;
    return this.#at === this.#end || (this.#bytes[this.#at >>> 3] ?? 0) >>> (this.#at & 7) === 0;
  }

  bit(): number {
    const bit = this.#at < this.#end ? ((this.#bytes[this.#at >>> 3] ?? 0) >>> (this.#at & 7)) & 1 : 0;
    this.#at++;
    return bit;
  }

  /** @param width 0 to 32 */
  read(width: number): number {
    let value = 0;
    for (let place = 0; place < width; place++) value |= this.bit() << place;
    return value >>> 0;
  }
}
