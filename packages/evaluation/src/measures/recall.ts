import { z } from 'zod';
import { type MeasureFamily, measureFamily, rank, rel } from './measure-family.js';

/** `R@k`: share of the relevant documents that are among the first k results. */
export const recall: MeasureFamily = measureFamily({
  name: 'R',
  parameters: z.strictObject({ rel, cutoff: rank }),
  of: (query, { rel, cutoff }) => {
    const relevant = query.relevant(rel);
    return relevant === 0 ? 0 : query.relevantWithin(rel, cutoff) / relevant;
  },
});

/** `Success@k`: 1 if a relevant document is among the first k results, else 0. */
export const success: MeasureFamily = measureFamily({
  name: 'Success',
  parameters: z.strictObject({ rel, cutoff: rank }),
  of: (query, { rel, cutoff }) => (query.relevantWithin(rel, cutoff) > 0 ? 1 : 0),
});
