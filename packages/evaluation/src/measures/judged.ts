import { z } from 'zod';
import type { JudgedRanking } from '../judged-ranking.js';
import { type MeasureFamily, measureFamily, rank } from './measure-family.js';

/** `Judged@k`: share of the first k results that have a judgement; fewer than k results are judged by themselves. */
export const judgedShare: MeasureFamily = measureFamily({
  name: 'Judged',
  parameters: z.strictObject({ cutoff: rank }),
  of: (query, { cutoff }) => {
    const depth = Math.min(cutoff, query.retrieved);
    return depth === 0 ? 0 : (depth - unjudgedWithin(query, cutoff)) / depth;
  },
});

/** `Unjudged@k`: share of the first k ranks with a result that has no judgement (trec_eval's unj). Smaller is better. */
export const unjudgedShare: MeasureFamily = measureFamily({
  name: 'Unjudged',
  parameters: z.strictObject({ cutoff: rank }),
  of: (query, { cutoff }) => unjudgedWithin(query, cutoff) / cutoff,
});

function unjudgedWithin({ grades }: JudgedRanking, cutoff: number): number {
  let unjudged = 0;
  for (let at = 0; at < Math.min(cutoff, grades.length); at++) if ((grades[at] ?? 0) < 0) unjudged++;
  return unjudged;
}
