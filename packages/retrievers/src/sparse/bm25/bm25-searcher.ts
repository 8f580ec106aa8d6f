import type { Bitmap, DocumentSpace } from '@sluice/core';
import { DamagedIndexError } from '../../errors/damaged-index-error.js';
import { type ScoredOrdinals, TopDocuments } from '../top-documents.js';
import type { Bm25Formula } from './bm25-formula.js';
import type { Bm25Index } from './bm25-index.js';
import type { Bm25Statistics } from './bm25-statistics.js';

/** A query as term numbers of one index: the first `count` of `terms`, repeated as often as the query has them. */
export interface QueryTerms {
  readonly terms: Int32Array;
  readonly count: number;
  /**
   * What each of the terms counts for instead, above 0; the terms are then distinct.
   * @default how often a term is in `terms`
   */
  readonly weights?: Float32Array | undefined;
}

/** What a searcher needs besides the formula. */
export interface Bm25Sources {
  readonly index: Bm25Index;
  readonly space: DocumentSpace;
  /** Of the whole collection that the index is a part of. */
  readonly statistics: Bm25Statistics;
}

/**
 * Scores the documents of one index, term by term, with the impacts of its postings computed when their term is first
 * asked for. One searcher for one thread: it owns the accumulators.
 *
 * Scores are sums in double precision of float32 impacts, rounded once, as Lucene's disjunction adds them; such sums do
 * not depend on the order of the terms unless impacts differ by a factor of 2^29.
 *
 * Memory: 4 bytes a posting, 8 a document, 8 a term.
 */
export class Bm25Searcher {
  readonly #index: Bm25Index;
  readonly #space: DocumentSpace;
  readonly #statistics: Bm25Statistics;
  readonly #formula: Bm25Formula;
  // By length code.
  readonly #norms: Float32Array;
  // By posting, for a query that has the term once; valid where the term's idf is not 0.
  readonly #impacts: Float32Array;
  // By term: 0 until the term is first asked for. A real idf is above 0.
  readonly #idfs: Float32Array;
  // By term: how often the current query has it, or its weight. All 0 between queries.
  readonly #queryFrequencies: Float32Array;
  // By ordinal: the score so far. All 0 between queries.
  readonly #scores: Float64Array;

  constructor({ index, space, statistics }: Bm25Sources, formula: Bm25Formula) {
    this.#index = index;
    this.#space = space;
    this.#statistics = statistics;
    this.#formula = formula;
    this.#norms = formula.norms(statistics);
    this.#impacts = new Float32Array(index.postings);
    this.#idfs = new Float32Array(index.terms.size);
    this.#queryFrequencies = new Float32Array(index.terms.size);
    this.#scores = new Float64Array(index.size);
  }

  /**
   * The best documents that have any of the terms, best first, equal scores by id.
   *
   * @param topK at least 1
   * @param filter only these ordinals
   * @throws {DamagedIndexError} postings of a term are not what an index has
   */
  search(query: QueryTerms, topK: number, filter?: Bitmap): ScoredOrdinals {
    const postings = this.#accumulate(query);
    const best = new TopDocuments(this.#space, Math.max(1, Math.min(topK, postings, this.#index.size)));
    if (postings > this.#index.size / 2) this.#takeFromAll(best, filter);
    else this.#takeFromPostings(query, best, filter);
    return best.drain();
  }

  /** The scores of chosen documents, in their order; 0 for one that has none of the terms. */
  score(query: QueryTerms, ordinals: Uint32Array): Float32Array {
    this.#accumulate(query);
    const scores = new Float32Array(ordinals.length);
    for (let at = 0; at < ordinals.length; at++) scores[at] = this.#scores[ordinals[at] ?? 0] ?? 0;
    this.#clear(query);
    return scores;
  }

  /** Adds up the scores; returns how many postings there were. The terms stay marked as done in the query. */
  #accumulate({ terms, count, weights }: QueryTerms): number {
    const { offsets } = this.#index;
    // All before any is counted: a damaged term must not leave counts behind.
    for (let at = 0; at < count; at++) this.#prepare(terms[at] ?? 0);
    for (let at = 0; at < count; at++) {
      const term = terms[at] ?? 0;
      this.#queryFrequencies[term] = (this.#queryFrequencies[term] ?? 0) + (weights?.[at] ?? 1);
    }
    let postings = 0;
    for (let at = 0; at < count; at++) {
      const term = terms[at] ?? 0;
      const frequency = this.#queryFrequencies[term] ?? 0;
      this.#queryFrequencies[term] = 0;
      if (frequency === 0) continue;
      if (frequency === 1) this.#addImpacts(term);
      else this.#addBoosted(term, frequency);
      postings += (offsets[term + 1] ?? 0) - (offsets[term] ?? 0);
    }
    return postings;
  }

  #addImpacts(term: number): void {
    const { ordinals, offsets } = this.#index;
    const [impacts, scores] = [this.#impacts, this.#scores];
    const end = offsets[term + 1] ?? 0;
    for (let at = offsets[term] ?? 0; at < end; at++) {
      const ordinal = ordinals[at] ?? 0;
      scores[ordinal] = (scores[ordinal] ?? 0) + (impacts[at] ?? 0);
    }
  }

  /** A term that the query has several times: float32 products are not multiples of the kept impacts. */
  #addBoosted(term: number, queryFrequency: number): void {
    const { ordinals, offsets, frequencies, lengthCodes } = this.#index;
    const weight = Math.fround((this.#idfs[term] ?? 0) * queryFrequency);
    const end = offsets[term + 1] ?? 0;
    for (let at = offsets[term] ?? 0; at < end; at++) {
      const ordinal = ordinals[at] ?? 0;
      const norm = this.#norms[lengthCodes[ordinal] ?? 0] ?? 0;
      this.#scores[ordinal] = (this.#scores[ordinal] ?? 0) + this.#formula.impact(weight, frequencies[at] ?? 0, norm);
    }
  }

  /** Offers every document and clears the scores: for queries that reach a large part of the index. */
  #takeFromAll(best: TopDocuments, filter: Bitmap | undefined): void {
    const scores = this.#scores;
    const { fround } = Math;
    for (let ordinal = 0; ordinal < scores.length; ordinal++) {
      const score = fround(scores[ordinal] ?? 0);
      if (score >= best.threshold && (filter === undefined || filter.has(ordinal))) best.offer(ordinal, score);
    }
    scores.fill(0);
  }

  /** Offers the documents of the terms' postings and clears their scores, so each is offered once. */
  #takeFromPostings({ terms, count }: QueryTerms, best: TopDocuments, filter: Bitmap | undefined): void {
    const { ordinals, offsets } = this.#index;
    const scores = this.#scores;
    const { fround } = Math;
    for (let each = 0; each < count; each++) {
      const term = terms[each] ?? 0;
      const end = offsets[term + 1] ?? 0;
      for (let at = offsets[term] ?? 0; at < end; at++) {
        const ordinal = ordinals[at] ?? 0;
        const score = fround(scores[ordinal] ?? 0);
        scores[ordinal] = 0;
        if (score >= best.threshold && (filter === undefined || filter.has(ordinal))) best.offer(ordinal, score);
      }
    }
  }

  #clear({ terms, count }: QueryTerms): void {
    const { ordinals, offsets } = this.#index;
    for (let each = 0; each < count; each++) {
      const term = terms[each] ?? 0;
      const end = offsets[term + 1] ?? 0;
      for (let at = offsets[term] ?? 0; at < end; at++) this.#scores[ordinals[at] ?? 0] = 0;
    }
  }

  /** Checks a term's postings and computes their impacts, once. */
  #prepare(term: number): void {
    if (this.#idfs[term] !== 0) return;
    const { ordinals, offsets, frequencies, lengthCodes, terms } = this.#index;
    const [start, end] = [offsets[term] ?? 0, offsets[term + 1] ?? 0];
    const own = end - start;
    const frequency = this.#statistics === this.#index ? own : this.#statistics.documentFrequency(terms.termAt(term));
    if (frequency < own || frequency > this.#statistics.documents)
      throw damaged(term, 'are in more documents than there are');
    const idf = this.#formula.idf(this.#statistics.documents, frequency);
    let previous = -1;
    for (let at = start; at < end; at++) {
      const ordinal = ordinals[at] ?? 0;
      const code = lengthCodes[ordinal] ?? 0;
      if (ordinal <= previous || code === 0 || frequencies[at] === 0)
        throw damaged(term, 'are out of order or of range');
      previous = ordinal;
      this.#impacts[at] = this.#formula.impact(idf, frequencies[at] ?? 0, this.#norms[code] ?? 0);
    }
    this.#idfs[term] = idf;
  }
}

function damaged(term: number, problem: string): DamagedIndexError {
  return new DamagedIndexError({ kind: 'bm25', problem: `postings of term ${term} ${problem}` });
}
