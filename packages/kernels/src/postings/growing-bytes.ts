/** Bytes that double their memory when it is full. */
export class GrowingBytes {
  length = 0;
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);

  push(byte: number): void {
    this.reserve(1);
    this.#bytes[this.length++] = byte;
  }

  /** Appends 32 bits, little-endian. */
  pushWord(word: number): void {
    this.reserve(4);
    this.#view.setUint32(this.length, word, true);
    this.length += 4;
  }

  /** Makes sure that so many more fit. */
  reserve(bytes: number): void {
    if (this.length + bytes <= this.#bytes.length) return;
    const grown = new Uint8Array(2 * (this.length + bytes));
    grown.set(this.#bytes.subarray(0, this.length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  /** A copy of exactly these. */
  slice(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }
}
