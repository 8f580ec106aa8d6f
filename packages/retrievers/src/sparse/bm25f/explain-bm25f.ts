import type { Bm25Explanation, Bm25TermExplanation } from '../bm25/bm25-explanation.js';
import { averageLength, inverseDocumentFrequency } from '../bm25/bm25-weights.js';
import { decodeLength } from '../bm25/length-code.js';
import type { TermWeights } from '../bm25/term-weights.js';
import { type Bm25fSources, fieldsImpact, weighedFields } from './bm25f-searcher.js';

/** Explains the score of one document. O(query terms · fields · log postings), and the postings for the idf. */
export function explainBm25f(query: TermWeights, ordinal: number, sources: Bm25fSources): Bm25Explanation {
  const { space, statistics } = sources;
  const fields = weighedFields(sources);
  const asked = [...query].filter(([, weight]) => Math.fround(weight) > 0);
  const terms = asked.map(([term, weight]): Bm25TermExplanation => {
    const found = fields.map(({ name, index, weight, inverseNorms }) => {
      const number = index.terms.indexOf(term);
      const frequency = number < 0 ? 0 : index.frequencyIn(number, ordinal);
      const norm = inverseNorms[index.lengthCodes[ordinal] ?? 0] ?? 0;
      return { name, frequency, share: frequency === 0 ? 0 : weight * Math.fround(frequency * norm) };
    });
    const sum = found.reduce((total, { share }) => total + share, 0);
    const queryFrequency = Math.fround(weight);
    const documentFrequency = statistics.documentFrequency(term);
    const idf = documentFrequency === 0 ? 0 : inverseDocumentFrequency(statistics.documents, documentFrequency);
    return {
      term,
      queryFrequency,
      documentFrequency,
      idf,
      frequency: found.reduce((total, { frequency }) => total + frequency, 0),
      fields: Object.fromEntries(found.map(({ name, frequency }) => [name, frequency])),
      saturation: sum === 0 ? 0 : fieldsImpact(1, sum),
      contribution: sum === 0 ? 0 : fieldsImpact(Math.fround(idf * queryFrequency), sum),
    };
  });
  const lengthOf = fields.map(({ index }) => decodeLength(index.lengthCodes[ordinal] ?? 0));
  const averages = fields.map(({ name }) => averageLength(statistics.statisticsOf(name)));
  return {
    id: space.idOf(ordinal),
    score: Math.fround(terms.reduce((sum, { contribution }) => sum + contribution, 0)),
    length: lengthOf.reduce((sum, length) => sum + length, 0),
    averageLength: averages.reduce((sum, length) => sum + length, 0),
    terms,
  };
}
