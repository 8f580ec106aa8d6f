const FIRST_CAPACITY = 1024;

/** Bytes that grow at the end, and how many of them would survive a crash. At most what one buffer holds, 4 GiB. */
export class MemoryFile {
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #length = 0;
  #synced = 0;

  get length(): number {
    return this.#length;
  }

  /** Bytes that a crash keeps; the rest may go. */
  get synced(): number {
    return this.#synced;
  }

  append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(length, this.#buffer.length * 2, FIRST_CAPACITY));
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }

  sync(): void {
    this.#synced = this.#length;
  }

  /** A view, valid until the next `append`. */
  bytes(from: number, to: number): Uint8Array {
    return this.#buffer.subarray(from, Math.min(to, this.#length));
  }
}
