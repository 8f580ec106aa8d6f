import type { EncodedTexts } from '../worker/encoded-texts.js';

/** Texts between which others may have a turn while the entries are put in order. */
const textsAStep = 256;

/** Entries of the texts of a call, kept where they came until all are there, then put in order. */
export class GatheredEntries {
  readonly #batches: EncodedTexts[] = [];
  // For each text: its batch, and its place in the batch.
  readonly #batchOf: Uint32Array;
  readonly #placeOf: Uint32Array;

  constructor(texts: number) {
    this.#batchOf = new Uint32Array(texts);
    this.#placeOf = new Uint32Array(texts);
  }

  take(index: number, encoded: EncodedTexts, at: number): void {
    // Texts of one batch come one after the other.
    if (this.#batches.at(-1) !== encoded) this.#batches.push(encoded);
    this.#batchOf[index] = this.#batches.length - 1;
    this.#placeOf[index] = at;
  }

  /** All entries in the order of the texts, as one. Yields now and then. */
  *inOrder(width: number): Generator<void, EncodedTexts> {
    const offsets = this.#offsets();
    const entries = offsets.at(-1) ?? 0;
    const indices = new Uint32Array(this.#batches.some((batch) => batch.indices.length > 0) ? entries : 0);
    const values = new Float32Array(entries * width);
    for (let text = 0; text < this.#batchOf.length; text++) {
      const batch = this.#batches[this.#batchOf[text] ?? 0];
      if (!batch) continue;
      const place = this.#placeOf[text] ?? 0;
      const [start = 0, end = 0] = [batch.offsets[place], batch.offsets[place + 1]];
      const target = offsets[text] ?? 0;
      if (indices.length > 0) indices.set(batch.indices.subarray(start, end), target);
      values.set(batch.values.subarray(start * width, end * width), target * width);
      if (text % textsAStep === textsAStep - 1) yield;
    }
    return { offsets, indices, values };
  }

  #offsets(): Uint32Array<ArrayBuffer> {
    const offsets = new Uint32Array(this.#batchOf.length + 1);
    for (let text = 0; text < this.#batchOf.length; text++) {
      const batch = this.#batches[this.#batchOf[text] ?? 0];
      const place = this.#placeOf[text] ?? 0;
      const length = batch ? (batch.offsets[place + 1] ?? 0) - (batch.offsets[place] ?? 0) : 0;
      offsets[text + 1] = (offsets[text] ?? 0) + length;
    }
    return offsets;
  }
}
