import { Pace, type Ranking } from '@sluice/core';
import { openTermReader } from '../analysis/analyzed-term-reader.js';
import type { Analyzer, TermReader } from '../analysis/analyzer.js';
import type { ReadTexts } from '../document-texts.js';
import type { WeightVector } from './weight-vector.js';

/** A document that is taken to be relevant. */
export interface FeedbackDocument {
  /** How often it has each of its terms. */
  readonly terms: WeightVector;
  /** Of the first search; above 0. */
  readonly score: number;
}

/**
 * Counts the terms of documents. Holds a reader and the words it met: one for each call, so that calls may overlap.
 */
export class FeedbackReader {
  readonly #texts: ReadTexts;
  readonly #reader: TermReader;
  // By the numbers that the reader was given.
  readonly #terms: string[] = [];

  constructor(analyzer: Analyzer, texts: ReadTexts) {
    this.#texts = texts;
    this.#reader = openTermReader(analyzer, (term) => this.#terms.push(term) - 1);
  }

  /**
   * The documents of a ranking, in its order. Others have their turn within a text of any length.
   *
   * @throws the signal's `reason`, once it has fired
   */
  async read({ ordinals, scores }: Ranking, signal: AbortSignal | undefined): Promise<FeedbackDocument[]> {
    const documents: FeedbackDocument[] = [];
    for (const [rank, text] of (await this.#texts(ordinals)).entries()) {
      documents.push({ terms: await this.#count(text, new Pace(signal)), score: scores[rank] ?? 0 });
    }
    return documents;
  }

  async #count(text: string, pace: Pace): Promise<WeightVector> {
    const counts = new Map<string, number>();
    for (let at = 0; at < text.length; ) {
      at = this.#reader.read(text, at);
      for (let each = 0; each < this.#reader.count; each++) {
        const term = this.#terms[this.#reader.terms[each] ?? 0] ?? '';
        counts.set(term, (counts.get(term) ?? 0) + 1);
      }
      if (pace.due) await pace.rest();
    }
    return counts;
  }
}
