import type { Bitmap, DocumentSpace } from '@sluice/core';
import type { Weighing } from '@sluice/kernels';
import type { ScoredOrdinals } from '../top-documents.js';
import type { Bm25Formula } from './bm25-formula.js';
import type { Bm25Index } from './bm25-index.js';
import type { Bm25Statistics } from './bm25-statistics.js';
import { damagedBm25, sound } from './damaged-bm25.js';
import { postingListsOf } from './posting-lists-of.js';
import { WeightedTerms } from './weighted-terms.js';

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

/** How the best documents are found. The answers are the same. */
export interface Bm25SearcherOptions {
  /**
   * `pruned` passes over blocks of postings that cannot hold one of the best, where sums do not depend on their order;
   * `exhaustive` weighs every posting.
   * @default 'pruned' where few of the postings are asked for, else 'exhaustive'
   */
  readonly evaluation?: 'pruned' | 'exhaustive' | undefined;
}

/** What the searcher knows of a term once it was asked for. */
interface KnownTerm {
  readonly idf: number;
  /** By block: what a posting adds at most for a weight of 1. */
  readonly bounds: Float32Array;
  /** The largest of them. */
  readonly bound: number;
}

/** More terms than this are all weighed: asking each of them for its bound in each window would cost more than it saves. */
const MOST_PRUNED_TERMS = 256;
/** With fewer postings than this for each document asked for, nearly all blocks are read: bounds would be for nothing. */
const POSTINGS_EACH = 64;
/**
 * Sums of float32 numbers are exact in double precision, whatever their order, as long as the sum is below 2^53 units in
 * the last place of the smallest number, which has 24 bits; a bit is kept in reserve.
 */
const EXACT_RANGE = 2 ** 28;

/**
 * Finds and scores the documents of one index. One searcher for one thread; searchers of an index share its kernel memory.
 *
 * Scores are sums in double precision of float32 impacts in the order of the query, rounded once, as Lucene's disjunction
 * adds them. The pruned evaluation adds in another order, and is used where that makes no difference to the last bit.
 *
 * Memory: 8 bytes a term, and 4 for each 128 postings of the terms that were asked for.
 */
export class Bm25Searcher {
  readonly #sources: Bm25Sources;
  readonly #formula: Bm25Formula;
  readonly #options: Bm25SearcherOptions;
  readonly #weighing: Weighing;
  readonly #query: WeightedTerms;
  readonly #known = new Map<number, KnownTerm>();
  // The norm of the longest document: a posting with it and a frequency of 1 adds the least.
  readonly #leastNorm: number;
  /** Blocks of postings that the terms of the last search have, and how many of them were read. */
  lastSearch: { readonly blocks: number; readonly decoded: number } = { blocks: 0, decoded: 0 };

  constructor(sources: Bm25Sources, formula: Bm25Formula, options: Bm25SearcherOptions = {}) {
    this.#sources = sources;
    this.#formula = formula;
    this.#options = options;
    const { variant, k1, delta } = formula;
    this.#weighing = { variant, k1, delta, norms: formula.norms(sources.statistics) };
    this.#query = new WeightedTerms(sources.index.terms.size);
    const longest = sources.index.lengthCodes.reduce((most, code) => Math.max(most, code), 0);
    this.#leastNorm = this.#weighing.norms[longest] ?? 0;
  }

  /**
   * The best documents that have any of the terms, best first, equal scores by id.
   *
   * @param topK at least 1
   * @param filter only these ordinals
   * @throws {DamagedIndexError} postings of a term are not what an index has
   */
  search(query: QueryTerms, topK: number, filter?: Bitmap): ScoredOrdinals {
    const { space, index } = this.#sources;
    const lists = postingListsOf(index);
    const weighted = this.#weigh(query);
    const found = sound(() =>
      lists.search({
        ...weighted,
        weighing: this.#weighing,
        topK,
        compare: (left, right) => space.compare(left, right),
        filter: filter?.words,
        bounds: this.#prunes(weighted, topK) ? this.#boundsFor(weighted) : undefined,
      }),
    );
    this.lastSearch = { blocks: lists.blocks, decoded: lists.decoded };
    return found;
  }

  /** The scores of chosen documents, in their order; 0 for one that has none of the terms. */
  score(query: QueryTerms, ordinals: Uint32Array): Float32Array {
    const lists = postingListsOf(this.#sources.index);
    return sound(() => lists.score({ ...this.#weigh(query), weighing: this.#weighing }, ordinals));
  }

  #weigh(query: QueryTerms): ReturnType<WeightedTerms['weigh']> {
    return this.#query.weigh(query, (term) => this.#knownOf(term).idf);
  }

  #prunes({ terms, count }: ReturnType<WeightedTerms['weigh']>, topK: number): boolean {
    const { evaluation } = this.#options;
    if (evaluation !== undefined || count > MOST_PRUNED_TERMS)
      return evaluation === 'pruned' && count <= MOST_PRUNED_TERMS;
    let postings = 0;
    for (let at = 0; at < count; at++) postings += this.#sources.index.documentFrequencyAt(terms[at] ?? 0);
    return postings >= POSTINGS_EACH * topK;
  }

  /** The bounds of the query's blocks; `undefined` where sums would depend on their order. */
  #boundsFor({ terms, weights, count }: ReturnType<WeightedTerms['weigh']>): Float32Array[] | undefined {
    const bounds: Float32Array[] = [];
    let most = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let at = 0; at < count; at++) {
      const known = this.#knownOf(terms[at] ?? 0);
      const weight = weights[at] ?? 0;
      bounds.push(known.bounds);
      most += weight * known.bound;
      least = Math.min(least, this.#formula.impact(weight, 1, this.#leastNorm));
    }
    return most < least * EXACT_RANGE ? bounds : undefined;
  }

  #knownOf(term: number): KnownTerm {
    const known = this.#known.get(term);
    if (known) return known;
    const { index, statistics } = this.#sources;
    const own = index.documentFrequencyAt(term);
    const frequency = statistics === index ? own : statistics.documentFrequency(index.terms.termAt(term));
    if (frequency < own || frequency > statistics.documents)
      throw damagedBm25(`postings of term ${term} are in more documents than there are`);
    const bounds = sound(() => index.lists.boundsOf(term, this.#weighing));
    const learned = {
      idf: this.#formula.idf(statistics.documents, frequency),
      bounds,
      bound: bounds.reduce((most, bound) => Math.max(most, bound), 0),
    };
    this.#known.set(term, learned);
    return learned;
  }
}
