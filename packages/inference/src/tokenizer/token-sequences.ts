/**
 * Token ids of several texts in one array, so that they travel between threads without copying.
 *
 * Text `i` has the ids from `offsets[i]` up to `offsets[i + 1]`.
 */
export interface TokenSequences {
  readonly ids: Int32Array<ArrayBuffer>;
  /** One more than there are texts; begins with 0, never decreases. */
  readonly offsets: Uint32Array<ArrayBuffer>;
}

/** Collects token ids text by text. */
export class TokenCollector {
  #ids: Int32Array<ArrayBuffer>;
  #length = 0;
  readonly #offsets: Uint32Array<ArrayBuffer>;
  #texts = 0;

  constructor(texts: number) {
    this.#ids = new Int32Array(Math.max(64, texts * 32));
    this.#offsets = new Uint32Array(texts + 1);
  }

  /** Ids of the text under way. */
  get currentLength(): number {
    return this.#length - (this.#offsets[this.#texts] ?? 0);
  }

  /** Ids of the text under way: a view, good until the next id. */
  get current(): Int32Array {
    return this.#ids.subarray(this.#offsets[this.#texts] ?? 0, this.#length);
  }

  push(id: number): void {
    if (this.#length === this.#ids.length) this.#grow();
    this.#ids[this.#length++] = id;
  }

  /** Drops ids of the text under way, down to `length`. */
  cut(length: number): void {
    this.#length = (this.#offsets[this.#texts] ?? 0) + length;
  }

  /** Ends the text under way. */
  endText(): void {
    this.#texts += 1;
    this.#offsets[this.#texts] = this.#length;
  }

  /** What was collected. The collector must not be used after it. */
  finish(): TokenSequences {
    return { ids: this.#ids.slice(0, this.#length), offsets: this.#offsets };
  }

  #grow(): void {
    const larger = new Int32Array(this.#ids.length * 2);
    larger.set(this.#ids);
    this.#ids = larger;
  }
}
