import { activate } from './activations.js';

export const scoreActivations = [
  'identity',
  'sigmoid',
  'tanh',
  'relu',
  'gelu',
  'softplus',
  'log sigmoid',
  'softmax',
] as const;

/** What turns the logits of a classifier into scores. All but `softmax` look at each number alone. */
export type ScoreActivation = (typeof scoreActivations)[number];

/** The score of one label, from the logits of all. */
export function activatedScore(activation: ScoreActivation, logits: ArrayLike<number>, label: number): number {
  const logit = logits[label] ?? Number.NaN;
  switch (activation) {
    case 'softmax':
      return activate.sigmoid(logOdds(logits, label));
    case 'softplus':
      return logOfOnePlusExp(logit);
    case 'log sigmoid':
      return -logOfOnePlusExp(-logit);
    default:
      return activate[activation](logit);
  }
}

/** How much more likely a label is than all others together, under a softmax: a logit. Infinity for an only label. */
export function logOdds(logits: ArrayLike<number>, label: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let other = 0; other < logits.length; other++) {
    if (other !== label) largest = Math.max(largest, logits[other] ?? 0);
  }
  let sum = 0;
  for (let other = 0; other < logits.length; other++) {
    if (other !== label) sum += Math.exp((logits[other] ?? 0) - largest);
  }
  return (logits[label] ?? Number.NaN) - largest - Math.log(sum);
}

/** Without overflow on either side. */
function logOfOnePlusExp(value: number): number {
  return Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)));
}
