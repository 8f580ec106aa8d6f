import { expectProbabilities, type LabelledProbabilities } from './labelled-probabilities.js';

/** Least probability that enters a logarithm: a certain and wrong prediction costs 16.1, not infinity. */
const FLOOR = 1e-7;

/** Brier score: mean squared error of the probabilities, 0 (perfect) to 1. */
export function brierScore(pairs: LabelledProbabilities): number {
  expectProbabilities(pairs);
  const { probabilities, labels } = pairs;
  let sum = 0;
  for (let at = 0; at < labels.length; at++) sum += ((probabilities[at] ?? 0) - (labels[at] ?? 0)) ** 2;
  return sum / labels.length;
}

/**
 * Brier skill: 1 minus the Brier score over that of always predicting the share of relevant pairs. Above 0 is better
 * than knowing the base rate, 1 is perfect. 0 when all labels are equal and all predictions right.
 */
export function brierSkill(pairs: LabelledProbabilities): number {
  const score = brierScore(pairs);
  const rate = pairs.labels.reduce((sum, label) => sum + label, 0) / pairs.labels.length;
  const reference = rate * (1 - rate);
  if (reference === 0) return score === 0 ? 0 : Number.NEGATIVE_INFINITY;
  return 1 - score / reference;
}

/** Mean negative log-likelihood in nats, at least 0. Probabilities are kept 1e-7 away from 0 and 1. */
export function negativeLogLikelihood(pairs: LabelledProbabilities): number {
  expectProbabilities(pairs);
  const { probabilities, labels } = pairs;
  let sum = 0;
  for (let at = 0; at < labels.length; at++) {
    const probability = Math.min(Math.max(probabilities[at] ?? 0, FLOOR), 1 - FLOOR);
    sum -= Math.log(labels[at] === 1 ? probability : 1 - probability);
  }
  return sum / labels.length;
}
