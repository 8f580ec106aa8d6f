import { z } from 'zod';
import { type MeasureFamily, measureFamily, rank, rel } from './measure-family.js';

/**
 * `RBP`, `RBP(p=0.8)@k`: rank-biased precision: a reader goes on to the next result with probability p.
 *
 * Source: Moffat and Zobel, "Rank-Biased Precision for Measurement of Retrieval Effectiveness", TOIS 2008.
 */
export const rankBiasedPrecision: MeasureFamily = measureFamily({
  name: 'RBP',
  parameters: z.strictObject({ rel, p: z.number().gt(0).lt(1).default(0.8), cutoff: rank.optional() }),
  of: (query, { rel, p, cutoff = Number.POSITIVE_INFINITY }) => {
    let expected = 0;
    for (const rank of query.relevantRanks(rel)) {
      if (rank > cutoff) break;
      expected += p ** (rank - 1);
    }
    return (1 - p) * expected;
  },
});
