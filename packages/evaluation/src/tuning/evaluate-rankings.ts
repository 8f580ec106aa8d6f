import type { Ranking } from '@sluice/core';
import type { IdentifiedQuery } from '../datasets/collection.js';
import { judge } from '../judged-ranking.js';
import type { Measure } from '../measures/measure.js';
import { parseMeasure } from '../measures/parse-measure.js';
import type { Qrels } from '../qrels.js';
import { Run } from '../run.js';

/**
 * One measure's value for each ranking, in the order of the queries: what {@link TuneOptions.evaluate} returns.
 *
 * @throws {InvalidInputError} there are not as many rankings as queries
 * @throws {InvalidOptionsError} the measure's name cannot be read
 * @example
 * await tune({
 *   candidates: grid({ weight: [0.2, 0.4, 0.6] }),
 *   queryIds: queries.map(({ id }) => id),
 *   evaluate: ({ weight }) => evaluateRankings(qrels, fuseStored(weight), queries, 'nDCG@10'),
 * });
 */
export function evaluateRankings(
  qrels: Qrels,
  rankings: readonly Ranking[],
  queries: readonly IdentifiedQuery[],
  measure: string | Measure,
): Float64Array {
  const parsed = typeof measure === 'string' ? parseMeasure(measure) : measure;
  const run = Run.fromRankings(rankings, queries);
  return Float64Array.from(queries, ({ id }) => parsed.of(judge(qrels, run, id)));
}
