import { paced } from '@sluice/core';
import { sigmoid } from '../network/sigmoid.js';
import type { Calibrator, FitOptions, LabelledScores } from './calibrator.js';
import { checkLabelledScores, countRelevant } from './labelled-scores.js';
import { fitLogisticSteps } from './logistic-fit.js';
import { refuseFalling } from './refuse-falling.js';

/** p = sigmoid(slope * score + intercept). */
export interface PlattParameters {
  /** Above 0. */
  readonly slope: number;
  readonly intercept: number;
}

/** Pairs between two yields. */
const STEP = 65_536;

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
 * @throws {InvalidInputError} see {@link checkLabelledScores}; or relevant pairs do not score higher on the whole
 * @throws the signal's `reason`, once it has fired
 */
export async function fitPlatt(pairs: LabelledScores, options: FitOptions = {}): Promise<Calibrator> {
  return platt(await fitPlattParameters(pairs, options));
}

/** The parameters that {@link fitPlatt} finds. */
export function fitPlattParameters(pairs: LabelledScores, { signal }: FitOptions = {}): Promise<PlattParameters> {
  return paced(plattSteps(pairs), signal);
}

function* plattSteps(pairs: LabelledScores): Generator<void, PlattParameters> {
  yield* checkLabelledScores(pairs);
  const { scores, labels } = pairs;
  const relevant = countRelevant(labels);
  const high = (relevant + 1) / (relevant + 2);
  const low = 1 / (labels.length - relevant + 2);
  const { mean, deviation } = yield* moments(scores);
  // Of equal scores rounding may leave a deviation that is not 0, and a slope without meaning.
  if (scores.every((score) => score === scores[0])) refuseFalling();
  const features = new Float64Array(2 * labels.length);
  const targets = new Float64Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    features[2 * row] = ((scores[row] ?? 0) - mean) / deviation;
    features[2 * row + 1] = 1;
    targets[row] = labels[row] === 1 ? high : low;
    if (row % STEP === STEP - 1) yield;
  }
  const start = Float64Array.of(0, Math.log(relevant / (labels.length - relevant)));
  const [slope = 0, intercept = 0] = yield* fitLogisticSteps({ features, targets, width: 2, ridge: 0 }, start);
  if (!(slope > 0)) refuseFalling();
  return { slope: slope / deviation, intercept: intercept - (slope * mean) / deviation };
}

/** Standardised scores keep Newton's steps well conditioned whatever the scale. */
function* moments(scores: Float32Array | Float64Array): Generator<void, { mean: number; deviation: number }> {
  let mean = 0;
  for (let row = 0; row < scores.length; row++) {
    mean += (scores[row] ?? 0) / scores.length;
    if (row % STEP === STEP - 1) yield;
  }
  let variance = 0;
  for (let row = 0; row < scores.length; row++) {
    variance += ((scores[row] ?? 0) - mean) ** 2 / scores.length;
    if (row % STEP === STEP - 1) yield;
  }
  return { mean, deviation: variance > 0 ? Math.sqrt(variance) : 1 };
}
