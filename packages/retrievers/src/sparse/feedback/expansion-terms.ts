import type { Bm25Statistics } from '../bm25/bm25-statistics.js';
import type { WeightVector } from './weight-vector.js';

const MIN_UNITS = 2;
const MAX_UNITS = 20;
/** Letters and digits of any script, with the marks that belong to them. */
const wordLike = /^[\p{L}\p{N}\p{M}]+$/u;

/**
 * The terms of a document that may expand a query: of 2 to 20 UTF-16 units, made of letters and digits, and in at most
 * `maxShare` of the collection's documents. Source: Anserini, whose letters are a to z only.
 */
export function expansionTerms(terms: WeightVector, statistics: Bm25Statistics, maxShare: number): Map<string, number> {
  const most = maxShare * statistics.documents;
  const chosen = new Map<string, number>();
  for (const [term, weight] of terms) {
    if (term.length < MIN_UNITS || term.length > MAX_UNITS || !wordLike.test(term)) continue;
    if (statistics.documentFrequency(term) <= most) chosen.set(term, weight);
  }
  return chosen;
}
