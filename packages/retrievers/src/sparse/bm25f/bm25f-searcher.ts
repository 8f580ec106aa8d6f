import type { Bitmap, DocumentSpace } from '@sluice/core';
import { DamagedIndexError } from '../../errors/damaged-index-error.js';
import type { Bm25Index } from '../bm25/bm25-index.js';
import { averageLength, inverseDocumentFrequency, inverseNorms, LEAST } from '../bm25/bm25-weights.js';
import type { TermWeights } from '../bm25/term-weights.js';
import { type ScoredOrdinals, TopDocuments } from '../top-documents.js';
import type { FieldsIndex, FieldsStatistics } from './fields-index.js';

/** What one field counts for. */
export interface FieldConstants {
  /** Above 0. */
  readonly weight: number;
  /** 0 to 1. */
  readonly b: number;
}

/** A field as a search needs it. */
export interface WeighedField {
  readonly name: string;
  readonly index: Bm25Index;
  readonly weight: number;
  /** By length code: 1 / (k1 (1 - b + b length / average)). */
  readonly inverseNorms: Float32Array;
}

/** What a searcher is made of. */
export interface Bm25fSources {
  readonly index: FieldsIndex;
  readonly space: DocumentSpace;
  readonly statistics: FieldsStatistics;
  readonly k1: number;
  /** Fields that are searched. */
  readonly fields: ReadonlyMap<string, FieldConstants>;
}

/** The fields that are searched and that the index has. */
export function weighedFields({ index, statistics, k1, fields }: Omit<Bm25fSources, 'space'>): WeighedField[] {
  return Array.from(fields).flatMap(([name, { weight, b }]): WeighedField[] => {
    const own = index.fields.get(name);
    if (!own) return [];
    const average = averageLength(statistics.statisticsOf(name));
    const constants = { k1: Math.fround(k1), b: Math.fround(b) };
    return [{ name, index: own, weight, inverseNorms: inverseNorms(constants, average) }];
  });
}

/**
 * What a term adds to a document: weight · x / (1 + x), in the float32 form of Lucene's scorer; above 0.
 *
 * @param weight idf times the query's weight of the term, as float32
 * @param x the sum over the fields of field weight · tf / (k1 (1 - b + b length / average))
 */
export function fieldsImpact(weight: number, x: number): number {
  const { fround } = Math;
  const impact = fround(weight - fround(weight / fround(1 + fround(x))));
  return impact > 0 ? impact : LEAST;
}

/**
 * Scores documents term by term: the fields of a term are added up first, then saturated once. One searcher for one
 * thread: it owns the accumulators. Memory: 20 bytes a document.
 */
export class Bm25fSearcher {
  readonly #sources: Bm25fSources;
  readonly #fields: readonly WeighedField[];
  // By ordinal: the score so far. All 0 between queries.
  readonly #scores: Float64Array;
  // By ordinal: the sum over fields of the term at hand. All 0 between terms.
  readonly #sums: Float64Array;
  // The documents that have the term at hand.
  readonly #touched: Uint32Array;

  constructor(sources: Bm25fSources) {
    this.#sources = sources;
    this.#fields = weighedFields(sources);
    const { size } = sources.index;
    this.#scores = new Float64Array(size);
    this.#sums = new Float64Array(size);
    this.#touched = new Uint32Array(size);
  }

  /**
   * The best documents that have any of the terms in a field, best first, equal scores by id.
   *
   * @throws {DamagedIndexError} postings of a term are not what an index has
   */
  search(query: TermWeights, topK: number, filter?: Bitmap): ScoredOrdinals {
    const found = this.#accumulate(query);
    const best = new TopDocuments(this.#sources.space, Math.max(1, Math.min(topK, found)));
    const scores = this.#scores;
    for (let ordinal = 0; ordinal < scores.length; ordinal++) {
      const score = Math.fround(scores[ordinal] ?? 0);
      if (score >= best.threshold && (filter === undefined || filter.has(ordinal))) best.offer(ordinal, score);
    }
    scores.fill(0);
    return best.drain();
  }

  /** The scores of chosen documents, in their order; 0 for one that has none of the terms. */
  score(query: TermWeights, ordinals: Uint32Array): Float32Array {
    this.#accumulate(query);
    const scores = Float32Array.from(ordinals, (ordinal) => this.#scores[ordinal] ?? 0);
    this.#scores.fill(0);
    return scores;
  }

  /** Adds up the scores; returns how many documents there are at most. */
  #accumulate(query: TermWeights): number {
    const { statistics, index } = this.#sources;
    let postings = 0;
    try {
      for (const [term, queryWeight] of query) {
        if (Math.fround(queryWeight) === 0) continue;
        const count = this.#gather(term);
        if (count === 0) continue;
        const frequency = statistics === index ? index.documentFrequency(term) : statistics.documentFrequency(term);
        const idf = inverseDocumentFrequency(statistics.documents, frequency);
        this.#add(Math.fround(idf * Math.fround(queryWeight)), count);
        postings += count;
      }
    } catch (error) {
      this.#scores.fill(0);
      this.#sums.fill(0);
      throw error;
    }
    return Math.min(postings, this.#scores.length);
  }

  /** Sums a term's fields by document; returns how many documents have it. */
  #gather(term: string): number {
    const [sums, touched] = [this.#sums, this.#touched];
    let count = 0;
    for (const { index, weight, inverseNorms } of this.#fields) {
      const number = index.terms.indexOf(term);
      if (number < 0) continue;
      const { ordinals, frequencies } = index.postingsOf(number);
      for (let at = 0; at < ordinals.length; at++) {
        const ordinal = ordinals[at] ?? 0;
        const code = index.lengthCodes[ordinal] ?? 0;
        const share = weight * Math.fround((frequencies[at] ?? 0) * (inverseNorms[code] ?? 0));
        if (code === 0 || !(share > 0)) throw damaged(number);
        if (sums[ordinal] === 0) touched[count++] = ordinal;
        sums[ordinal] = (sums[ordinal] ?? 0) + share;
      }
    }
    return count;
  }

  /** Saturates the sums of the term at hand, adds them to the scores and clears them. */
  #add(weight: number, count: number): void {
    const [sums, scores] = [this.#sums, this.#scores];
    for (let at = 0; at < count; at++) {
      const ordinal = this.#touched[at] ?? 0;
      scores[ordinal] = (scores[ordinal] ?? 0) + fieldsImpact(weight, sums[ordinal] ?? 0);
      sums[ordinal] = 0;
    }
  }
}

function damaged(term: number): DamagedIndexError {
  return new DamagedIndexError({ kind: 'bm25f', problem: `postings of term ${term} are out of order or of range` });
}
