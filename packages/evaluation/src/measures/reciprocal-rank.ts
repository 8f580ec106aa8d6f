import { z } from 'zod';
import { type MeasureFamily, measureFamily, rank, rel } from './measure-family.js';

/** `RR`, `RR@k`: one over the rank of the first relevant document, 0 if there is none (among the first k). */
export const reciprocalRank: MeasureFamily = measureFamily({
  name: 'RR',
  parameters: z.strictObject({ rel, cutoff: rank.optional() }),
  of: (query, { rel, cutoff = Number.POSITIVE_INFINITY }) => {
    const [first = Number.POSITIVE_INFINITY] = query.relevantRanks(rel);
    return first <= cutoff ? 1 / first : 0;
  },
});
