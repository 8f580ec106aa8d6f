import { OrdinalRows } from '../ordinal-rows.js';

/** What a label stands for that was never assigned: the ordinal's own label is another, or none. */
const NO_ORDINAL = 0xffffffff;

/**
 * Labels of an engine that cannot forget, and the ordinals that they stand for.
 *
 * `ordinals[label]` is what a label was given for; it counts while `labelOf` of that ordinal is the label.
 */
export class LiveLabels {
  #ordinals = new Uint32Array(64);
  #count = 0;
  #live = 0;
  #labelOf = new OrdinalRows();

  /** Labels that were ever given, those that no longer count among them. */
  get count(): number {
    return this.#count;
  }

  /** Labels that count. */
  get live(): number {
    return this.#live;
  }

  get bytes(): number {
    return this.#ordinals.byteLength + this.#labelOf.bytes;
  }

  /** The ordinals of all labels, also of those that no longer count: a view. */
  ordinals(): Uint32Array {
    return this.#ordinals.subarray(0, this.#count);
  }

  /** The ordinal that a label counts for, or -1. */
  ordinalOf(label: number): number {
    const ordinal = this.#ordinals[label] ?? 0;
    return label < this.#count && this.#labelOf.rowOf(ordinal) === label ? ordinal : -1;
  }

  /** The next labels, in the order of the ordinals: they do not count yet. */
  next(count: number): Uint32Array {
    return Uint32Array.from({ length: count }, (_, at) => this.#count + at);
  }

  /** Uses labels up that count for nothing. */
  skip(count: number): void {
    this.#reserve(count);
    this.#ordinals.fill(NO_ORDINAL, this.#count, this.#count + count);
    this.#count += count;
  }

  /** Makes the next labels count for these ordinals, instead of those that they had. */
  assign(ordinals: Uint32Array): void {
    this.#reserve(ordinals.length);
    for (const ordinal of ordinals) {
      if (this.#labelOf.rowOf(ordinal) === -1) this.#live++;
      this.#labelOf.set(ordinal, this.#count);
      this.#ordinals[this.#count++] = ordinal;
    }
  }

  delete(ordinal: number): void {
    if (this.#labelOf.rowOf(ordinal) === -1) return;
    this.#labelOf.delete(ordinal);
    this.#live--;
  }

  #reserve(count: number): void {
    if (this.#count + count <= this.#ordinals.length) return;
    const longer = new Uint32Array(Math.max(this.#count + count, 2 * this.#ordinals.length));
    longer.set(this.#ordinals);
    this.#ordinals = longer;
  }
}
