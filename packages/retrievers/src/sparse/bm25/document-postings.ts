import { GrowingIntegers } from '../growing-integers.js';

/** Distinct terms of a document between two chances to pause. */
const PAUSE_EVERY = 1 << 16;

/**
 * Postings in the order in which documents come, before they are turned around.
 *
 * Document d, counted among those with terms, has postings `ends[d - 1]` to before `ends[d]`, each of another term.
 */
export class DocumentPostings {
  /** Ordinal of each document. */
  readonly ordinals: GrowingIntegers = new GrowingIntegers();
  /** Tokens of each document. */
  readonly lengths: GrowingIntegers = new GrowingIntegers();
  readonly ends: GrowingIntegers = new GrowingIntegers();
  /** Of each posting: the term's number, and how often it occurs. */
  readonly terms: GrowingIntegers = new GrowingIntegers();
  readonly frequencies: GrowingIntegers = new GrowingIntegers();
  /** Tokens of all documents. */
  tokens = 0;
  largestFrequency = 0;
  // By term: how often the document that is being read has it so far.
  #counts = new Uint32Array(1024);
  #length = 0;

  /** Counts tokens of the current document: the first `count` of `terms`. */
  addTokens(terms: Int32Array, count: number): void {
    for (let at = 0; at < count; at++) {
      const term = terms[at] ?? 0;
      if (term >= this.#counts.length) this.#growCounts(term);
      const before = this.#counts[term] ?? 0;
      if (before === 0) this.terms.push(term);
      this.#counts[term] = before + 1;
    }
    this.#length += count;
  }

  /** Ends the current document. One without tokens leaves no trace. A caller can pause at each `yield`, in a long one. */
  *endDocument(ordinal: number): Generator<void> {
    if (this.#length === 0) return;
    const terms = this.terms.view();
    for (let at = this.frequencies.length, next = at + PAUSE_EVERY; at < terms.length; at++) {
      if (at === next) {
        next += PAUSE_EVERY;
        yield;
      }
      const term = terms[at] ?? 0;
      const frequency = this.#counts[term] ?? 0;
      this.frequencies.push(frequency);
      if (frequency > this.largestFrequency) this.largestFrequency = frequency;
      this.#counts[term] = 0;
    }
    this.ends.push(terms.length);
    this.ordinals.push(ordinal);
    this.lengths.push(this.#length);
    this.tokens += this.#length;
    this.#length = 0;
  }

  #growCounts(term: number): void {
    const counts = new Uint32Array(2 * Math.max(term, this.#counts.length));
    counts.set(this.#counts);
    this.#counts = counts;
  }
}
