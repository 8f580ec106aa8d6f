import { openTermReader } from '../analysis/analyzed-term-reader.js';
import type { Analyzer, TermReader } from '../analysis/analyzer.js';
import type { QueryTerms } from './bm25-searcher.js';
import type { TermDictionary } from './term-dictionary.js';

/** Reads query texts as term numbers of one index; terms that the index does not have are dropped. */
export class QueryReader {
  readonly #reader: TermReader;
  // Only for queries that the reader needs several pieces for.
  #joined = new Int32Array(0);

  constructor(analyzer: Analyzer, terms: TermDictionary) {
    this.#reader = openTermReader(analyzer, (term) => terms.indexOf(term));
  }

  /** The terms of a query; valid until the next call. */
  read(text: string): QueryTerms {
    let at = this.#reader.read(text, 0);
    if (at >= text.length) return this.#reader;
    let count = this.#join(0);
    while (at < text.length) {
      at = this.#reader.read(text, at);
      count = this.#join(count);
    }
    return { terms: this.#joined, count };
  }

  /** Appends the reader's piece to the first `filled` terms; returns how many there are then. */
  #join(filled: number): number {
    const { terms, count } = this.#reader;
    if (filled + count > this.#joined.length) {
      const joined = new Int32Array(2 * (filled + count));
      joined.set(this.#joined.subarray(0, filled));
      this.#joined = joined;
    }
    this.#joined.set(terms.subarray(0, count), filled);
    return filled + count;
  }
}
