import { InvalidInputError } from '@sluice/core';
import { countRelevant } from '../calibration/labelled-scores.js';
import { fitLogisticSteps } from '../calibration/logistic-fit.js';
import type { AdapterData } from './adapter-data.js';
import { curve, exponentOf, type MapFamily, type ScoreMap } from './score-map.js';

/** Pairs between two yields. */
const STEP = 8192;

/**
 * The best map that is the same for all queries: a logistic fit of the family's curve, with `a` kept above 0. `offset`,
 * whose `a` is 1, starts at the log odds. Yields often: drive it with `paced`.
 *
 * @throws {InvalidInputError} the labels are all alike
 */
export function* globalMap(
  family: MapFamily,
  { cosines, labels }: Pick<AdapterData, 'cosines' | 'labels'>,
): Generator<void, ScoreMap> {
  const relevant = countRelevant(labels);
  if (relevant === 0 || relevant === labels.length) {
    const problem = `${relevant} of ${labels.length} training pairs are relevant`;
    throw new InvalidInputError({ source: 'adapter data' }, problem, 'Give lists with relevant and other candidates.');
  }
  const k = exponentOf(family);
  const logOdds = Math.log(relevant / (labels.length - relevant));
  if (family === 'offset') return { a: 1, b: logOdds, k };
  const features = new Float64Array(2 * labels.length);
  for (let row = 0; row < labels.length; row++) {
    features[2 * row] = curve(cosines[row] ?? 0, k);
    features[2 * row + 1] = 1;
    if (row % STEP === STEP - 1) yield;
  }
  const problem = { features, targets: new Float64Array(labels), width: 2, ridge: 1e-3 };
  const [a = 0, b = 0] = yield* fitLogisticSteps(problem, Float64Array.of(0, logOdds));
  return a > 0 ? { a, b, k } : { a: 1e-3, b: logOdds, k };
}
