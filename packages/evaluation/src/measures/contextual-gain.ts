import { z } from 'zod';
import { idealGains, linearGain, resultGains } from './gains.js';
import { type MeasureFamily, measureFamily, rel } from './measure-family.js';

/** `binG`: for each relevant result 1 / log2(2 + nonrelevant results above it), over all relevant documents (trec_eval). */
export const binaryContextualGain: MeasureFamily = measureFamily({
  name: 'binG',
  parameters: z.strictObject({ rel }),
  of: (query, { rel }) => {
    const relevant = query.relevant(rel);
    let total = 0;
    for (const [at, rank] of query.relevantRanks(rel).entries()) total += 1 / Math.log2(1 + rank - at);
    return relevant === 0 ? 0 : total / relevant;
  },
});

/**
 * `G`: gain of each result divided by log2(2 + what a perfect ranking would have collected and this one has not),
 * over the gain of all judged documents (trec_eval). A rank past the last relevant document costs 1.
 */
export const contextualGain: MeasureFamily = measureFamily({
  name: 'G',
  parameters: z.strictObject({}),
  of: (query) => {
    const ideal = idealGains(query, linearGain);
    const best = ideal.reduce((sum, gain) => sum + gain, 0);
    let collected = 0;
    let cost = 0;
    let total = 0;
    for (const [at, gain] of resultGains(query, linearGain).entries()) {
      collected += gain;
      cost += Math.max(ideal[at] ?? 0, 1);
      if (gain !== 0) total += gain / Math.log2(2 + cost - collected);
    }
    return best === 0 ? 0 : total / best;
  },
});
