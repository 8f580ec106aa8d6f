import { z } from 'zod';
import {
  atMost,
  discountedSums,
  exponentialGain,
  type Gain,
  gainTable,
  idealGains,
  linearGain,
  resultGains,
} from './gains.js';
import { type MeasureFamily, measureFamily, rank } from './measure-family.js';

const gains = z.record(z.string().regex(/^-?\d+$/), z.number()).optional();
const dcg = z.enum(['log2', 'exp-log2']).default('log2');

/**
 * `nDCG`, `nDCG@k`: discounted gain of the ranking divided by that of a perfect one.
 *
 * `dcg='log2'` (default) takes the grade as the gain, as trec_eval does; `dcg='exp-log2'` takes 2^grade - 1, as MS MARCO
 * and Burges et al. (2005) do. `gains={1:3,2:9}` gives gains by grade.
 * Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", TOIS 2002.
 */
export const normalizedGain: MeasureFamily = measureFamily({
  name: 'nDCG',
  parameters: z.strictObject({ dcg, gains, cutoff: rank.optional() }),
  of: (query, { dcg, gains, cutoff = Number.POSITIVE_INFINITY }) => {
    const gain = gainFor(dcg, gains);
    const ideal = atMost(discountedSums(idealGains(query, gain)), cutoff);
    return ideal === 0 ? 0 : atMost(discountedSums(resultGains(query, gain)), cutoff) / ideal;
  },
});

/** `DCG`, `DCG@k`: discounted gain, not normalised; parameters as for nDCG. */
export const discountedGain: MeasureFamily = measureFamily({
  name: 'DCG',
  parameters: z.strictObject({ dcg, gains, cutoff: rank.optional() }),
  of: (query, { dcg, gains, cutoff = Number.POSITIVE_INFINITY }) =>
    atMost(discountedSums(resultGains(query, gainFor(dcg, gains))), cutoff),
});

/** `nDCGrel`: nDCG averaged over the ranks of the relevant documents (trec_eval's ndcg_rel); missed ones count at the end. */
export const gainAtRelevant: MeasureFamily = measureFamily({
  name: 'nDCGrel',
  parameters: z.strictObject({ dcg, gains }),
  of: (query, { dcg, gains }) => {
    const gain = gainFor(dcg, gains);
    const ideal = idealGains(query, gain);
    if (ideal.length === 0) return 0;
    const found = resultGains(query, gain);
    const idealSums = discountedSums(ideal);
    const sums = discountedSums(found);
    let total = 0;
    let hits = 0;
    for (let rank = 1; rank <= found.length; rank++) {
      if ((found[rank - 1] ?? 0) <= 0) continue;
      total += (sums[rank] ?? 0) / atMost(idealSums, rank);
      hits++;
    }
    const missed = ((ideal.length - hits) * (sums.at(-1) ?? 0)) / (idealSums.at(-1) ?? 1);
    return (total + missed) / ideal.length;
  },
});

/**
 * `RnDCG`: nDCG averaged over the ranks where the perfect ranking's gain changes, and over the end (trec_eval's Rndcg).
 *
 * The end counts only when at least two results follow the last relevant document of the perfect ranking.
 */
export const gainAtLevels: MeasureFamily = measureFamily({
  name: 'RnDCG',
  parameters: z.strictObject({ dcg, gains }),
  of: (query, { dcg, gains }) => {
    const gain = gainFor(dcg, gains);
    const ideal = idealGains(query, gain);
    if (ideal.length === 0) return 0;
    const idealSums = discountedSums(ideal);
    const sums = discountedSums(resultGains(query, gain));
    let total = 0;
    let points = 0;
    for (let rank = 1; rank <= ideal.length; rank++) {
      if (ideal[rank] === ideal[rank - 1]) continue;
      total += atMost(sums, rank) / (idealSums[rank] ?? 1);
      points++;
    }
    if (query.retrieved > ideal.length + 1) {
      total += (sums.at(-1) ?? 0) / (idealSums.at(-1) ?? 1);
      points++;
    }
    return total / points;
  },
});

/** Grade to gain for a family's parameters. */
function gainFor(dcg: 'log2' | 'exp-log2', gains: Readonly<Record<string, number>> | undefined): Gain {
  if (gains) return gainTable(gains);
  return dcg === 'log2' ? linearGain : exponentialGain;
}
