const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();
/** Terms between two chances to pause. */
const PAUSE_EVERY = 4096;

/** Terms in the order of their UTF-8 bytes. */
export interface SortedTerms {
  readonly size: number;
  /** @param rank below {@link size} */
  termAt(rank: number): string;
}

/**
 * The terms of an index, numbered in the order of their UTF-8 bytes and kept as those bytes, one after the other.
 *
 * Lone surrogates count as U+FFFD. Look-up is a binary search: no table is built when an index is opened, and readers
 * remember the words they met.
 */
export class TermDictionary {
  readonly bytes: Uint8Array;
  // Term t is bytes #offsets[t] to before #offsets[t + 1]: non-decreasing from 0 to the length of `bytes`.
  readonly offsets: Uint32Array;
  // The bytes of the term that is being looked up.
  #wanted = new Uint8Array(64);

  constructor(bytes: Uint8Array, offsets: Uint32Array) {
    this.bytes = bytes;
    this.offsets = offsets;
  }

  /** The dictionary of terms that are sorted already. */
  static of(sortedTerms: readonly string[]): TermDictionary {
    const steps = TermDictionary.steps({ size: sortedTerms.length, termAt: (rank) => sortedTerms[rank] ?? '' });
    for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
  }

  /** The same; a caller can pause at each `yield`. */
  static *steps({ size, termAt }: SortedTerms): Generator<void, TermDictionary> {
    const offsets = new Uint32Array(size + 1);
    let units = 0;
    for (let rank = 0; rank < size; rank++) {
      units += termAt(rank).length;
      if (rank % PAUSE_EVERY === 0) yield;
    }
    const bytes = new Uint8Array(3 * units);
    for (let rank = 0; rank < size; rank++) {
      const start = offsets[rank] ?? 0;
      offsets[rank + 1] = start + utf8.encodeInto(termAt(rank), bytes.subarray(start)).written;
      if (rank % PAUSE_EVERY === 0) yield;
    }
    return new TermDictionary(bytes.slice(0, offsets[size]), offsets);
  }

  get size(): number {
    return this.offsets.length - 1;
  }

  /** The number of a term, -1 for one that is not in it. */
  indexOf(term: string): number {
    const length = this.#encode(term);
    let low = 0;
    let high = this.size - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = this.#compare(middle, length);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** The term of a number below {@link size}. */
  termAt(index: number): string {
    return fromUtf8.decode(this.bytes.subarray(this.offsets[index], this.offsets[index + 1]));
  }

  #encode(term: string): number {
    if (3 * term.length > this.#wanted.length) this.#wanted = new Uint8Array(3 * term.length);
    return utf8.encodeInto(term, this.#wanted).written;
  }

  /** Order of term `index` and the first `length` bytes of the wanted one. */
  #compare(index: number, length: number): number {
    const start = this.offsets[index] ?? 0;
    const own = (this.offsets[index + 1] ?? 0) - start;
    const shared = Math.min(own, length);
    for (let at = 0; at < shared; at++) {
      const difference = (this.bytes[start + at] ?? 0) - (this.#wanted[at] ?? 0);
      if (difference !== 0) return difference;
    }
    return own - length;
  }
}
