/** Values that are costly to make, the most recently used ones up to a number of bytes. */
export class BlockCache<Value> {
  readonly #maxBytes: number;
  readonly #entries = new Map<number, { readonly value: Promise<Value>; readonly bytes: number }>();
  #bytes = 0;

  /** @param maxBytes 0 keeps nothing */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The value of a key, made if it is not there; two that ask at once share the making. A failure is not kept. */
  get(key: number, bytes: number, make: () => Promise<Value>): Promise<Value> {
    const kept = this.#entries.get(key);
    if (kept) {
      this.#entries.delete(key);
      this.#entries.set(key, kept);
      return kept.value;
    }
    const value = make();
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    this.#evict();
    value.catch(() => this.#remove(key, value));
    return value;
  }

  /** Bytes of what is kept. */
  get bytes(): number {
    return this.#bytes;
  }

  #evict(): void {
    for (const [key, { value }] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#remove(key, value);
    }
  }

  #remove(key: number, value: Promise<Value>): void {
    const entry = this.#entries.get(key);
    if (entry?.value !== value) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}
