import type { GrowingBytes } from './growing-bytes.js';

/** Writes numbers of some bits, from the lowest bit of each byte. */
export class BitWriter {
  readonly #target: GrowingBytes;
  #bits = 0;
  #filled = 0;

  constructor(target: GrowingBytes) {
    this.#target = target;
  }

  /** @param width 0 to 32; higher bits of `value` are dropped */
  write(value: number, width: number): void {
    if (width > 16) {
      this.#writeFew(value & 0xffff, 16);
      this.#writeFew(value >>> 16, width - 16);
    } else this.#writeFew(value, width);
  }

  /** Fills the last byte with zeros. */
  flush(): void {
    if (this.#filled > 0) this.#target.push(this.#bits);
    this.#bits = 0;
    this.#filled = 0;
  }

  #writeFew(value: number, width: number): void {
    this.#bits |= (value & ((1 << width) - 1)) << this.#filled;
    this.#filled += width;
    while (this.#filled >= 8) {
      this.#target.push(this.#bits & 0xff);
      this.#bits >>>= 8;
      this.#filled -= 8;
    }
  }
}
