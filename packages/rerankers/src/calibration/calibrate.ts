import { mapInSlices, probabilityScale, Ranking, type Stage } from '@sluice/core';
import type { Calibrator } from './calibrator.js';

/**
 * Turns the final scores of a pipeline into probabilities of relevance; the order stays, ties and all.
 *
 * The probabilities are also a column named `probability`, for filters that require it; the former scores stay as a
 * column of the stage that gave them. The calibrator must have been fitted on scores of the same pipeline and on
 * queries of the same collection: elsewhere the numbers are not probabilities.
 *
 * @example pipeline(fuse([bm25, dense], rrf()), calibrate(loadCalibrator(json)))
 */
export function calibrate(calibrator: Calibrator): Stage {
  return {
    name: 'probability',
    step: `calibrate(${calibrator.kind})`,
    requires: [],
    adds: [{ name: 'probability', scale: probabilityScale }],
    scale: probabilityScale,
    identity: ['calibrate', calibrator],
    depth: (topK) => topK,
    toSpec: () => ({ type: 'calibrate', calibrator: calibrator.toJSON() }),
    apply: (candidates, { topK, signal }) =>
      mapInSlices(candidates, ({ ranking }) => withProbabilities(ranking.take(topK), calibrator), { signal }),
  };
}

function withProbabilities({ space, ordinals, scores, sources }: Ranking, calibrator: Calibrator): Ranking {
  const probabilities = calibrator.probabilities(scores);
  const ranking = new Ranking({ space, ordinals, scores: probabilities, scale: probabilityScale, sources });
  return ranking.withSource('probability', ranking.asColumn());
}
