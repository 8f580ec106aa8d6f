import { InvalidInputError, InvalidOptionsError } from '@sluice/core';
import { cutAtRecall, poolScores } from '@sluice/evaluation';

/** A threshold and what it did on the queries that chose it. */
export interface ChosenThreshold {
  /** Keep what scores at least this. */
  readonly threshold: number;
  /** Share of the relevant pairs that are kept. */
  readonly recall: number;
  /** Share of the kept pairs that are relevant. */
  readonly precision: number;
}

/**
 * The greatest threshold that keeps at least `targetRecall` of the relevant pairs, over all queries together.
 *
 * Choose it on queries that neither trained the filter nor will measure it. Recall counts retrieved documents only: what
 * retrieval missed is out of a filter's reach. Source: arXiv 2408.04887.
 *
 * @param scores one a pair, larger is better, not NaN
 * @param labels 1 relevant, 0 not
 * @param targetRecall above 0 to 1
 * @throws {InvalidOptionsError} `targetRecall` is out of range
 * @throws {InvalidInputError} unequal lengths, no pair is relevant, or a score is NaN (`row` names it)
 */
export function chooseThreshold(scores: Float32Array, labels: Uint8Array, targetRecall: number): ChosenThreshold {
  if (!(targetRecall > 0 && targetRecall <= 1)) {
    const issues = [{ path: 'targetRecall', message: `${targetRecall} is not above 0 and at most 1` }];
    throw new InvalidOptionsError({ owner: 'chooseThreshold', issues });
  }
  const pool = poolScores(scores, labels);
  const cut = cutAtRecall(pool, targetRecall);
  if (!cut) {
    const problem = `0 relevant among ${labels.length} labels`;
    throw new InvalidInputError({ source: 'labels' }, problem, 'Give lists with relevant candidates.');
  }
  return { threshold: cut.threshold, recall: cut.recall, precision: cut.precision };
}
