import { z } from 'zod';
import type { JudgedRanking } from '../judged-ranking.js';
import { geometricMean } from './aggregate.js';
import { type MeasureFamily, measureFamily, rank, rel } from './measure-family.js';

const parameters = z.strictObject({ rel, cutoff: rank.optional() });

/** `AP`, `AP@k`: the precisions at the ranks of relevant results (among the first k), summed, over all relevant documents. */
export const averagePrecision: MeasureFamily = measureFamily({
  name: 'AP',
  parameters,
  of: (query, { rel, cutoff }) => averagePrecisionOf(query, rel, cutoff),
});

/** `GMAP`: average precision with the geometric mean over queries, at least .00001 each (trec_eval's gm_map). */
export const geometricAveragePrecision: MeasureFamily = measureFamily({
  name: 'GMAP',
  parameters,
  aggregate: geometricMean,
  of: (query, { rel, cutoff }) => averagePrecisionOf(query, rel, cutoff),
});

function averagePrecisionOf(query: JudgedRanking, rel: number, cutoff = Number.POSITIVE_INFINITY): number {
  let precisions = 0;
  for (const [at, rank] of query.relevantRanks(rel).entries()) {
    if (rank > cutoff) break;
    precisions += (at + 1) / rank;
  }
  const relevant = query.relevant(rel);
  return relevant === 0 ? 0 : precisions / relevant;
}
