import { z } from 'zod';
import { type MeasureFamily, measureFamily, rank, rel } from './measure-family.js';

/** `P@k`: share of the first k ranks that hold a relevant document. Ranks that are not filled hold none. */
export const precision: MeasureFamily = measureFamily({
  name: 'P',
  parameters: z.strictObject({ rel, cutoff: rank }),
  of: (query, { rel, cutoff }) => query.relevantWithin(rel, cutoff) / cutoff,
});

/**
 * `RelP@k`: precision divided by the best precision possible at k (trec_eval's relative_P).
 *
 * Precision up to rank R, recall after it, where R is the number of relevant documents.
 */
export const relativePrecision: MeasureFamily = measureFamily({
  name: 'RelP',
  parameters: z.strictObject({ rel, cutoff: rank }),
  of: (query, { rel, cutoff }) => share(query.relevantWithin(rel, cutoff), Math.min(cutoff, query.relevant(rel))),
});

/** `Rprec`: precision at rank R, where R is the number of relevant documents. */
export const precisionAtR: MeasureFamily = measureFamily({
  name: 'Rprec',
  parameters: z.strictObject({ rel }),
  of: (query, { rel }) => share(query.relevantWithin(rel, query.relevant(rel)), query.relevant(rel)),
});

/** `RprecMult(times=0.5)`: precision at rank `times` x R, rounded up from .1 (trec_eval's Rprec_mult). */
export const precisionAtMultiple: MeasureFamily = measureFamily({
  name: 'RprecMult',
  parameters: z.strictObject({ rel, times: z.number().positive() }),
  of: (query, { rel, times }) => {
    const cutoff = Math.trunc(times * query.relevant(rel) + 0.9);
    return share(query.relevantWithin(rel, cutoff), cutoff);
  },
});

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
