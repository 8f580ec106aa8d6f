import { z } from 'zod';
import type { JudgedRanking } from '../judged-ranking.js';
import { geometricMean } from './aggregate.js';
import { type MeasureFamily, measureFamily, rel } from './measure-family.js';

const parameters = z.strictObject({ rel });

/**
 * `Bpref`: how rarely judged nonrelevant documents stand above relevant ones; unjudged results are ignored.
 *
 * Source: Buckley and Voorhees, "Retrieval Evaluation with Incomplete Information", SIGIR 2004, in trec_eval's form: of
 * the nonrelevant documents only the first R count, R being the number of relevant ones.
 */
export const binaryPreference: MeasureFamily = measureFamily({
  name: 'Bpref',
  parameters,
  of: (query, { rel }) => binaryPreferenceOf(query, rel),
});

/** `GMBpref`: binary preference with the geometric mean over queries, at least .00001 each (trec_eval's gm_bpref). */
export const geometricBinaryPreference: MeasureFamily = measureFamily({
  name: 'GMBpref',
  parameters,
  aggregate: geometricMean,
  of: (query, { rel }) => binaryPreferenceOf(query, rel),
});

function binaryPreferenceOf(query: JudgedRanking, rel: number): number {
  const relevant = query.relevant(rel);
  if (relevant === 0) return 0;
  const counted = Math.min(query.nonrelevant(rel), relevant);
  let above = 0;
  let preferences = 0;
  for (const grade of query.grades) {
    if (grade >= rel) preferences += above === 0 ? 1 : 1 - Math.min(above, relevant) / counted;
    else if (grade >= 0) above++;
  }
  return preferences / relevant;
}
