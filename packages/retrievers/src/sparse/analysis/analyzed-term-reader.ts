import type { Analyzer, TermReader } from './analyzer.js';
import { noTerm } from './analyzer.js';

/** The analyzer's own reader, or one over its `analyze`, which reads a text in one piece. */
export function openTermReader(analyzer: Analyzer, idOf: (term: string) => number): TermReader {
  return analyzer.openReader?.(idOf) ?? new AnalyzedTermReader(analyzer, idOf);
}

class AnalyzedTermReader implements TermReader {
  terms: Int32Array = new Int32Array(64);
  count = 0;
  readonly #analyzer: Analyzer;
  readonly #idOf: (term: string) => number;

  constructor(analyzer: Analyzer, idOf: (term: string) => number) {
    this.#analyzer = analyzer;
    this.#idOf = idOf;
  }

  read(text: string): number {
    const terms = this.#analyzer.analyze(text);
    if (terms.length > this.terms.length) this.terms = new Int32Array(2 * terms.length);
    this.count = 0;
    for (const term of terms) {
      const id = this.#idOf(term);
      if (id !== noTerm) this.terms[this.count++] = id;
    }
    return text.length;
  }
}
