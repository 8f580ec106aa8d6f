import { logitScale, type Scale } from '@sluice/core';
import { activatedScore, logOdds, type ScoreActivation } from '@sluice/inference';
import { relevanceScale } from '../text/score-kind.js';

/** How the logits of a pair become one score. */
export interface ScoreRule {
  readonly activation: ScoreActivation;
  /** The label that says "relevant": a column of the logits. */
  readonly label: number;
}

/** What scores mean behind each activation. None is called a probability: no one has compared them with labels. */
export const scaleOfActivation: Readonly<Record<ScoreActivation, Scale>> = {
  identity: logitScale,
  sigmoid: relevanceScale,
  softmax: relevanceScale,
  tanh: { name: 'tanh', minimum: -1, maximum: 1 },
  relu: { name: 'relu', minimum: 0, maximum: Number.POSITIVE_INFINITY },
  // The least value of the function, at -0.7518, lies a little above.
  gelu: { name: 'gelu', minimum: -0.17, maximum: Number.POSITIVE_INFINITY },
  softplus: { name: 'softplus', minimum: 0, maximum: Number.POSITIVE_INFINITY },
  'log sigmoid': { name: 'log relevance', minimum: Number.NEGATIVE_INFINITY, maximum: 0 },
};

/** The score of a passage and the logit behind it. */
export interface PassageScore {
  readonly score: number;
  /** Of the label; under a softmax, its log-odds against the others. */
  readonly logit: number;
}

/** What a passage without text gets, which is not read: the logit of a relevance that float32 cannot tell from 0. */
export function blankPassage({ activation, label }: ScoreRule): PassageScore {
  const logits = Array.from({ length: label + 1 }, (_, at) => (at === label ? BLANK_LOGIT : 0));
  const score = activation === 'softmax' ? 0 : activatedScore(activation, logits, label);
  return { score, logit: BLANK_LOGIT };
}

const BLANK_LOGIT = -100;

/** The score of one row of logits. */
export function rowScore({ activation, label }: ScoreRule, logits: ArrayLike<number>): PassageScore {
  const logit = activation === 'softmax' ? logOdds(logits, label) : (logits[label] ?? Number.NaN);
  return { score: activatedScore(activation, logits, label), logit };
}
