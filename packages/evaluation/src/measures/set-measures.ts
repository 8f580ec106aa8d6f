import { z } from 'zod';
import type { JudgedRanking } from '../judged-ranking.js';
import { type MeasureFamily, measureFamily, rel } from './measure-family.js';

const parameters = z.strictObject({ rel });

/** `SetP`: share of the results that are relevant. */
export const setPrecision: MeasureFamily = measureFamily({
  name: 'SetP',
  parameters,
  of: (query, { rel }) => setPrecisionOf(query, rel),
});

/** `SetR`: share of the relevant documents that were retrieved. */
export const setRecall: MeasureFamily = measureFamily({
  name: 'SetR',
  parameters,
  of: (query, { rel }) => setRecallOf(query, rel),
});

/** `SetF`: weighted harmonic mean of the two, (1 + beta²) P R / (beta² P + R); beta above 1 favours recall. */
export const setF: MeasureFamily = measureFamily({
  name: 'SetF',
  parameters: z.strictObject({ rel, beta: z.number().positive().default(1) }),
  of: (query, { rel, beta }) => {
    const precision = setPrecisionOf(query, rel);
    const recall = setRecallOf(query, rel);
    if (precision === 0 || recall === 0) return 0;
    return ((1 + beta * beta) * precision * recall) / (beta * beta * precision + recall);
  },
});

/** `SetAP`: set precision times set recall (trec_eval's set_map). */
export const setAveragePrecision: MeasureFamily = measureFamily({
  name: 'SetAP',
  parameters,
  of: (query, { rel }) => setPrecisionOf(query, rel) * setRecallOf(query, rel),
});

/** `SetRelP`: set precision divided by the best possible for so many results (trec_eval's set_relative_P). */
export const setRelativePrecision: MeasureFamily = measureFamily({
  name: 'SetRelP',
  parameters,
  of: (query, { rel }) => {
    const best = Math.min(query.retrieved, query.relevant(rel));
    return best === 0 ? 0 : query.relevantRetrieved(rel) / best;
  },
});

/** `Utility`: relevant results minus nonrelevant ones, each with its weight; unbounded. */
export const utility: MeasureFamily = measureFamily({
  name: 'Utility',
  parameters: z.strictObject({
    rel,
    /** Worth of a relevant result. */
    hit: z.number().default(1),
    /** Worth of a result that is not relevant. */
    noise: z.number().default(-1),
    /** Worth of a relevant document that was not retrieved. */
    miss: z.number().default(0),
  }),
  of: (query, { rel, hit, noise, miss }) => {
    const hits = query.relevantRetrieved(rel);
    return hit * hits + noise * (query.retrieved - hits) + miss * (query.relevant(rel) - hits);
  },
});

function setPrecisionOf(query: JudgedRanking, rel: number): number {
  return query.retrieved === 0 ? 0 : query.relevantRetrieved(rel) / query.retrieved;
}

function setRecallOf(query: JudgedRanking, rel: number): number {
  const relevant = query.relevant(rel);
  return relevant === 0 ? 0 : query.relevantRetrieved(rel) / relevant;
}
