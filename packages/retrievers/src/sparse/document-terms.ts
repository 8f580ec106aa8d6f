import type { Pace } from '@sluice/core';
import { openTermReader } from './analysis/analyzed-term-reader.js';
import type { Analyzer, TermReader } from './analysis/analyzer.js';

/**
 * Analyses texts of documents again: their terms in order, as numbers that mean the same in all of them. A place in a
 * text is the place among its terms: what the analyzer drops (stop words) leaves no gap. One for each call, so that
 * calls may overlap.
 */
export class DocumentTerms {
  readonly #reader: TermReader;
  readonly #numbers = new Map<string, number>();
  readonly #terms: string[] = [];

  constructor(analyzer: Analyzer) {
    this.#reader = openTermReader(analyzer, (term) => this.#numberOf(term));
  }

  /**
   * The terms of a text. Others have their turn within a text of any length.
   *
   * @throws the signal's `reason`, once it has fired
   */
  async of(text: string, pace: Pace): Promise<Int32Array> {
    let terms = new Int32Array(Math.min(text.length, 1 << 16));
    let count = 0;
    for (let at = 0; at < text.length; ) {
      at = this.#reader.read(text, at);
      const { count: read } = this.#reader;
      if (count + read > terms.length) terms = grown(terms, 2 * (count + read));
      terms.set(this.#reader.terms.subarray(0, read), count);
      count += read;
      if (pace.due) await pace.rest();
    }
    return terms.subarray(0, count);
  }

  /** The term of a number that {@link of} gave. */
  termAt(number: number): string {
    return this.#terms[number] ?? '';
  }

  #numberOf(term: string): number {
    const known = this.#numbers.get(term);
    if (known !== undefined) return known;
    this.#numbers.set(term, this.#terms.length);
    return this.#terms.push(term) - 1;
  }
}

function grown(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(length);
  longer.set(array);
  return longer;
}
