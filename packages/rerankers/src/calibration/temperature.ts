import { paced } from '@sluice/core';
import { sigmoid, softplus } from '../network/sigmoid.js';
import type { Calibrator, FitOptions, LabelledScores } from './calibrator.js';
import { checkLabelledScores } from './labelled-scores.js';

/** A calibrator with a given temperature, above 0; see {@link fitTemperature}. */
export function temperature(value: number): Calibrator {
  return {
    kind: 'temperature',
    probabilities: (scores) => scores.map((score) => sigmoid(score / value)),
    toJSON: () => ({ kind: 'temperature', temperature: value }),
  };
}

const LEAST_LOG = Math.log(1e-3);
const GREATEST_LOG = Math.log(1e3);
const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** Pairs between two yields. */
const STEP = 8192;

/**
 * Temperature scaling of logits: p = sigmoid(score / T), T between .001 and 1,000.
 *
 * It cannot mend a wrong base rate; {@link fitPlatt} can. Source: arXiv 1706.04599, for two classes. The likelihood is
 * unimodal in log T, so a golden-section search finds its best.
 *
 * @throws {InvalidInputError} see {@link checkLabelledScores}
 * @throws the signal's `reason`, once it has fired
 */
export function fitTemperature(pairs: LabelledScores, { signal }: FitOptions = {}): Promise<Calibrator> {
  return paced(temperatureSteps(pairs), signal);
}

function* temperatureSteps(pairs: LabelledScores): Generator<void, Calibrator> {
  yield* checkLabelledScores(pairs);
  let low = LEAST_LOG;
  let high = GREATEST_LOG;
  while (high - low > 1e-9) {
    const left = high - GOLDEN * (high - low);
    const right = low + GOLDEN * (high - low);
    if ((yield* loss(pairs, Math.exp(left))) < (yield* loss(pairs, Math.exp(right)))) high = right;
    else low = left;
  }
  return temperature(Math.exp((low + high) / 2));
}

function* loss({ scores, labels }: LabelledScores, divisor: number): Generator<void, number> {
  let sum = 0;
  for (let at = 0; at < labels.length; at++) {
    const logit = (scores[at] ?? 0) / divisor;
    sum += softplus(logit) - (labels[at] === 1 ? logit : 0);
    if (at % STEP === STEP - 1) yield;
  }
  return sum;
}
