import { sigmoid } from '../network/sigmoid.js';
import type { Calibrator, LabelledScores } from './calibrator.js';
import { countRelevant, expectLabelledScores } from './labelled-scores.js';
import { fitLogistic } from './logistic-fit.js';
import { refuseFalling } from './refuse-falling.js';

/** p = sigmoid(slope * score + intercept). */
export interface PlattParameters {
  /** Above 0. */
  readonly slope: number;
  readonly intercept: number;
}

/** A calibrator with given parameters; see {@link fitPlatt}. */
export function platt({ slope, intercept }: PlattParameters): Calibrator {
  return {
    kind: 'platt',
    probabilities: (scores) => scores.map((score) => sigmoid(slope * score + intercept)),
    toJSON: () => ({ kind: 'platt', slope, intercept }),
  };
}

/**
 * Platt scaling: two parameters, enough for a few hundred pairs.
 *
 * Targets are smoothed, (n+ + 1) / (n+ + 2) and 1 / (n- + 2), so that separable data keep a finite slope.
 * Source: Platt, Probabilistic outputs for support vector machines, 1999; the optimum is found by Newton's method.
 *
 * @throws {InvalidInputError} see {@link expectLabelledScores}; or relevant pairs do not score higher on the whole
 */
export function fitPlatt(pairs: LabelledScores): Calibrator {
  return platt(fitPlattParameters(pairs));
}

/** The parameters that {@link fitPlatt} finds. */
export function fitPlattParameters(pairs: LabelledScores): PlattParameters {
  expectLabelledScores(pairs);
  const { scores, labels } = pairs;
  const relevant = countRelevant(labels);
  const high = (relevant + 1) / (relevant + 2);
  const low = 1 / (labels.length - relevant + 2);
  const { mean, deviation } = moments(scores);
  // Of equal scores rounding may leave a deviation that is not 0, and a slope without meaning.
  if (scores.every((score) => score === scores[0])) refuseFalling();
  const features = new Float64Array(2 * labels.length);
  for (let row = 0; row < labels.length; row++) {
    features[2 * row] = ((scores[row] ?? 0) - mean) / deviation;
    features[2 * row + 1] = 1;
  }
  const targets = Float64Array.from(labels, (label) => (label === 1 ? high : low));
  const start = Float64Array.of(0, Math.log(relevant / (labels.length - relevant)));
  const [slope = 0, intercept = 0] = fitLogistic({ features, targets, width: 2, ridge: 0 }, start);
  if (!(slope > 0)) refuseFalling();
  return { slope: slope / deviation, intercept: intercept - (slope * mean) / deviation };
}

/** Standardised scores keep Newton's steps well conditioned whatever the scale. */
function moments(scores: Float32Array | Float64Array): { mean: number; deviation: number } {
  let mean = 0;
  for (const score of scores) mean += score / scores.length;
  let variance = 0;
  for (const score of scores) variance += (score - mean) ** 2 / scores.length;
  return { mean, deviation: variance > 0 ? Math.sqrt(variance) : 1 };
}
