import { InvalidInputError, type Ranking } from '@sluice/core';
import type { IdentifiedQuery } from '../datasets/collection.js';
import { judgeIds } from '../judged-ranking.js';
import type { Measure } from '../measures/measure.js';
import { parseMeasure } from '../measures/parse-measure.js';
import type { Qrels } from '../qrels.js';

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
  if (rankings.length !== queries.length) {
    const problem = `there are ${rankings.length} rankings for ${queries.length} queries`;
    throw new InvalidInputError(
      { source: 'rankings' },
      problem,
      'Pass the queries that were searched, in their order.',
    );
  }
  return Float64Array.from(rankings, ({ ordinals, space, length }, at) => {
    const idAt = (position: number): string => space.idOf(ordinals[position] ?? 0);
    return parsed.of(judgeIds(qrels, queries[at]?.id ?? '', length, idAt));
  });
}
