import { InvalidInputError, paced } from '@sluice/core';
import { sigmoid } from '../network/sigmoid.js';
import type { Calibrator, FitOptions, LabelledScores } from './calibrator.js';
import { checkLabelledScores } from './labelled-scores.js';
import { fitLogisticSteps } from './logistic-fit.js';
import { refuseFalling } from './refuse-falling.js';

/** p = sigmoid(a ln s - b ln(1 - s) + c). */
export interface BetaParameters {
  /** At least 0. */
  readonly a: number;
  /** At least 0; not both 0. */
  readonly b: number;
  readonly c: number;
}

/** Scores are kept so far from 0 and 1 that their logarithms are finite. */
const MARGIN = 1e-6;
const RIDGE = 1e-3;
/** Pairs between two yields. */
const STEP = 8192;

/** A calibrator with given parameters; see {@link fitBeta}. */
export function beta({ a, b, c }: BetaParameters): Calibrator {
  return {
    kind: 'beta',
    probabilities: (scores) => scores.map((score) => sigmoid(a * lower(score) + b * upper(score) + c)),
    toJSON: () => ({ kind: 'beta', a, b, c }),
  };
}

/**
 * Beta calibration of scores that are probabilities already: mends S-shaped and inverse S-shaped distortion and, unlike
 * Platt scaling, contains the identity.
 *
 * Source: Kull, Silva Filho and Flach, AISTATS 2017. A negative coefficient is set to 0 and the rest fitted again.
 *
 * @throws {InvalidInputError} a score is outside 0 to 1 (`row` names it); relevant pairs do not score higher on the
 *   whole; or see {@link checkLabelledScores}
 * @throws the signal's `reason`, once it has fired
 */
export function fitBeta(pairs: LabelledScores, { signal }: FitOptions = {}): Promise<Calibrator> {
  return paced(betaSteps(pairs), signal);
}

function* betaSteps(pairs: LabelledScores): Generator<void, Calibrator> {
  yield* checkLabelledScores(pairs);
  const row = pairs.scores.findIndex((score) => score < 0 || score > 1);
  if (row >= 0) {
    throw new InvalidInputError(
      { source: 'scores', row },
      'a score is not between 0 and 1',
      'Use fitPlatt for logits.',
    );
  }
  const both = yield* fitColumns(pairs, [lower, upper]);
  const [a = 0, b = 0, c = 0] = both;
  if (a >= 0 && b >= 0 && a + b > 0) return beta({ a, b, c });
  const [slope = 0, intercept = 0] = yield* fitColumns(pairs, [a < 0 ? upper : lower]);
  if (!(slope > 0)) refuseFalling();
  return a < 0 ? beta({ a: 0, b: slope, c: intercept }) : beta({ a: slope, b: 0, c: intercept });
}

function* fitColumns(
  { scores, labels }: LabelledScores,
  columns: readonly ((score: number) => number)[],
): Generator<void, Float64Array> {
  const width = columns.length + 1;
  const features = new Float64Array(width * labels.length);
  for (let row = 0; row < labels.length; row++) {
    for (const [at, column] of columns.entries()) features[row * width + at] = column(scores[row] ?? 0);
    features[row * width + width - 1] = 1;
    if (row % STEP === STEP - 1) yield;
  }
  const problem = { features, targets: new Float64Array(labels), width, ridge: RIDGE };
  return yield* fitLogisticSteps(problem, new Float64Array(width));
}

function lower(score: number): number {
  return Math.log(Math.max(score, MARGIN));
}

function upper(score: number): number {
  return -Math.log(Math.max(1 - score, MARGIN));
}
