import { InvalidInputError } from '@sluice/core';
import type { QueryTerms } from './bm25-searcher.js';
import type { TermDictionary } from './term-dictionary.js';

/** Larger weights would leave the range of float32 when they are multiplied by an idf and added up. */
const MAX_WEIGHT = 2 ** 100;

/**
 * A query that was analysed and weighed before: terms as the analyzer writes them, and what each counts for. A term
 * that a plain query has twice has the weight 2.
 */
export type TermWeights = ReadonlyMap<string, number>;

/**
 * The terms that one index has, as its searcher takes them; terms whose weight is 0 as float32 are left out.
 *
 * @throws {InvalidInputError} a weight is negative or above 2^100
 */
export function weightedTerms(weights: TermWeights, dictionary: TermDictionary): QueryTerms {
  const byNumber = new Map<number, number>();
  for (const [term, weight] of expectWeights(weights)) {
    if (Math.fround(weight) === 0) continue;
    const number = dictionary.indexOf(term);
    // Summed: two spellings with lone surrogates are one term of an index.
    if (number >= 0) byNumber.set(number, (byNumber.get(number) ?? 0) + weight);
  }
  return {
    terms: Int32Array.from(byNumber.keys()),
    weights: Float32Array.from(byNumber.values()),
    count: byNumber.size,
  };
}

/** A plain query as weights: how often it has each term, in its order. */
export function countTerms(terms: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

/** @throws {InvalidInputError} a weight is negative or above 2^100 */
export function expectWeights(weights: TermWeights): TermWeights {
  for (const weight of weights.values()) if (!(weight >= 0 && weight <= MAX_WEIGHT)) throw notAWeight(weight);
  return weights;
}

function notAWeight(weight: number): InvalidInputError {
  const advice = 'Weigh terms from 0 up; leave out what shall not count.';
  return new InvalidInputError({ source: 'query terms' }, `the weight ${weight} is not from 0 to 2^100`, advice);
}
