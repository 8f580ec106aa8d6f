import { z } from 'zod';
import { type JudgedRanking, POOLED_UNJUDGED } from '../judged-ranking.js';
import { type MeasureFamily, measureFamily, rel } from './measure-family.js';

/** Keeps the estimate defined where nothing above a document was judged; trec_eval's value. */
const SMOOTHING = 0.00001;

/**
 * `infAP`: average precision inferred from a judged sample of the pool.
 *
 * Documents with a negative grade were pooled and not judged: they are taken to be relevant as often as the judged ones.
 * Source: Yilmaz and Aslam, "Estimating Average Precision with Incomplete and Imperfect Judgments", CIKM 2006.
 */
export const inferredAveragePrecision: MeasureFamily = measureFamily({
  name: 'infAP',
  parameters: z.strictObject({ rel }),
  of: (query, { rel }) => (query.relevant(rel) === 0 ? 0 : expectedPrecisions(query, rel) / query.relevant(rel)),
});

function expectedPrecisions({ grades }: JudgedRanking, rel: number): number {
  let relevant = 0;
  let nonrelevant = 0;
  let unjudged = 0;
  let precisions = 0;
  for (let above = 0; above < grades.length; above++) {
    const grade = grades[above] ?? 0;
    if (grade >= rel) {
      const pooled = relevant + nonrelevant + unjudged;
      const rate = (relevant + SMOOTHING) / (relevant + nonrelevant + 2 * SMOOTHING);
      precisions += above === 0 ? 1 : 1 / (above + 1) + (above / (above + 1)) * (pooled / above) * rate;
      relevant++;
    } else if (grade >= 0) nonrelevant++;
    else if (grade === POOLED_UNJUDGED) unjudged++;
  }
  return precisions;
}
