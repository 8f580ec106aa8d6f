import { crc32 } from './crc32.js';

/** Checksums of the pages of a stream, made as the bytes go by. */
export class PageChecksums {
  readonly #pageBytes: number;
  #pages = new Uint32Array(64);
  #count = 0;
  #current = 0;
  #filled = 0;

  constructor(pageBytes: number) {
    this.#pageBytes = pageBytes;
  }

  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + this.#pageBytes - this.#filled);
      this.#current = crc32(part, this.#current);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#pageBytes) this.#endPage();
    }
  }

  /** One number for each page, as bytes, and the checksum of those bytes. Nothing can be added afterwards. */
  finish(): { bytes: Uint8Array; crc: number } {
    if (this.#filled > 0) this.#endPage();
    const bytes = new Uint8Array(this.#pages.buffer, 0, this.#count * 4);
    return { bytes, crc: crc32(bytes) };
  }

  #endPage(): void {
    if (this.#count === this.#pages.length) {
      const grown = new Uint32Array(this.#count * 2);
      grown.set(this.#pages);
      this.#pages = grown;
    }
    this.#pages[this.#count++] = this.#current;
    this.#current = 0;
    this.#filled = 0;
  }
}
