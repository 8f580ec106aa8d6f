import type { DocumentSpace } from '@sluice/core';
import type { Bm25Explanation, Bm25TermExplanation } from './bm25-explanation.js';
import type { Bm25Formula } from './bm25-formula.js';
import type { Bm25Index } from './bm25-index.js';
import type { Bm25Statistics } from './bm25-statistics.js';
import { averageLength } from './bm25-weights.js';
import { decodeLength } from './length-code.js';
import type { TermWeights } from './term-weights.js';

/** Explains the score of one document. O(query terms · log postings). */
export function explainBm25(
  queryTerms: TermWeights,
  ordinal: number,
  sources: {
    readonly index: Bm25Index;
    readonly space: DocumentSpace;
    readonly statistics: Bm25Statistics;
    readonly formula: Bm25Formula;
  },
): Bm25Explanation {
  const { index, space, statistics, formula } = sources;
  const average = averageLength(statistics);
  const code = index.lengthCodes[ordinal] ?? 0;
  const norm = formula.norms(statistics)[code] ?? 0;
  const asked = [...queryTerms].filter(([, weight]) => Math.fround(weight) > 0);
  const terms = asked.map(([term, weight]): Bm25TermExplanation => {
    const queryFrequency = Math.fround(weight);
    const documentFrequency = statistics.documentFrequency(term);
    const idf = documentFrequency === 0 ? 0 : formula.idf(statistics.documents, documentFrequency);
    const number = index.terms.indexOf(term);
    const frequency = number < 0 ? 0 : index.frequencyIn(number, ordinal);
    const saturation = frequency === 0 ? 0 : formula.impact(1, frequency, norm);
    const contribution = frequency === 0 ? 0 : formula.impact(Math.fround(idf * queryFrequency), frequency, norm);
    return { term, queryFrequency, documentFrequency, idf, frequency, saturation, contribution };
  });
  const score = Math.fround(terms.reduce((sum, { contribution }) => sum + contribution, 0));
  return { id: space.idOf(ordinal), score, length: decodeLength(code), averageLength: average, terms };
}
