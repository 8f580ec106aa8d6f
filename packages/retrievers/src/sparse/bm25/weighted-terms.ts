import type { QueryTerms } from './bm25-searcher.js';

/**
 * Counts how often a query has each term, or what it counts for. Reuses its arrays: what it returns is valid until the
 * next call.
 */
export class WeightedTerms {
  // By term: how often the current query has it, or its weight. All 0 between queries.
  readonly #frequencies: Float32Array;
  #terms = new Uint32Array(16);
  #weights = new Float32Array(16);

  /** @param size terms are below it */
  constructor(size: number) {
    this.#frequencies = new Float32Array(size);
  }

  /** The distinct terms in the order of the query, each with idf times how often the query has it, as float32. */
  weigh(
    { terms, count, weights }: QueryTerms,
    idfOf: (term: number) => number,
  ): { readonly terms: Uint32Array; readonly weights: Float32Array; readonly count: number } {
    if (this.#terms.length < count) {
      this.#terms = new Uint32Array(2 * count);
      this.#weights = new Float32Array(2 * count);
    }
    let distinct = 0;
    for (let at = 0; at < count; at++) {
      const term = terms[at] ?? 0;
      const before = this.#frequencies[term] ?? 0;
      if (before === 0) this.#terms[distinct++] = term;
      this.#frequencies[term] = before + (weights?.[at] ?? 1);
    }
    for (let at = 0; at < distinct; at++) {
      const term = this.#terms[at] ?? 0;
      this.#weights[at] = this.#frequencies[term] ?? 0;
      this.#frequencies[term] = 0;
    }
    // After the counts are cleared: an idf may be refused.
    for (let at = 0; at < distinct; at++) {
      this.#weights[at] = Math.fround(idfOf(this.#terms[at] ?? 0) * (this.#weights[at] ?? 0));
    }
    return { terms: this.#terms, weights: this.#weights, count: distinct };
  }
}
