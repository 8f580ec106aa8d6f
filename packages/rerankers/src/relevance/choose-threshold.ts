import { InvalidInputError, InvalidOptionsError } from '@sluice/core';

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
 * retrieval missed is out of a filter's reach. Source: appendix A6 of the brief on arXiv 2408.04887.
 *
 * @param scores one a pair, larger is better, finite
 * @param labels 1 relevant, 0 not
 * @param targetRecall above 0 to 1
 * @throws {InvalidInputError} unequal lengths, or no pair is relevant
 */
export function chooseThreshold(scores: Float32Array, labels: Uint8Array, targetRecall: number): ChosenThreshold {
  if (!(targetRecall > 0 && targetRecall <= 1)) {
    const issues = [{ path: 'targetRecall', message: `${targetRecall} is not above 0 and at most 1` }];
    throw new InvalidOptionsError({ owner: 'chooseThreshold', issues });
  }
  const relevant = labels.reduce((sum, label) => sum + label, 0);
  if (scores.length !== labels.length || relevant === 0) {
    const problem = `${relevant} relevant among ${labels.length} labels for ${scores.length} scores`;
    throw new InvalidInputError({ source: 'labels' }, problem, 'Give one label for each score, some of them 1.');
  }
  const order = Uint32Array.from(scores, (_, at) => at).sort(
    (left, right) => (scores[right] ?? 0) - (scores[left] ?? 0),
  );
  let hits = 0;
  for (let from = 0; from < order.length; ) {
    const threshold = scores[order[from] ?? 0] ?? 0;
    while (from < order.length && scores[order[from] ?? 0] === threshold) hits += labels[order[from++] ?? 0] ?? 0;
    if (hits / relevant >= targetRecall) return { threshold, recall: hits / relevant, precision: hits / from };
  }
  throw new InvalidInputError({ source: 'scores' }, 'a score is not a number', 'Drop the pair.');
}
