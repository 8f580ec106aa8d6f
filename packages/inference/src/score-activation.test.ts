import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { activatedScore, logOdds, type ScoreActivation } from './score-activation.js';

const rows = z.array(z.array(z.number()));
const schema = z.looseObject({ logits: rows, activations: z.record(z.string(), rows) });

const names: Record<string, ScoreActivation> = {
  Identity: 'identity',
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
  ReLU: 'relu',
  GELU: 'gelu',
  Softplus: 'softplus',
  LogSigmoid: 'log sigmoid',
  Softmax: 'softmax',
};

it.each(['bert', 'bert-labels'])('gives the scores of PyTorch for the logits of %s', (model) => {
  const file = new URL(`./fixtures/cross-encoders/${model}/expected.json`, import.meta.url);
  const { logits, activations } = schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  expect(Object.keys(activations)).toHaveLength(Object.keys(names).length);
  for (const [path, expected] of Object.entries(activations)) {
    const activation = names[path.split('.').at(-1) ?? ''] ?? 'identity';
    for (const [at, scores] of expected.entries()) {
      scores.forEach((score, label) => {
        // Seven digits of both sides were written down.
        expect(activatedScore(activation, logits[at] ?? [], label)).toBeCloseTo(score, 5);
      });
    }
  }
});

it.each([
  { activation: 'softplus', logit: 800, score: 800 },
  { activation: 'softplus', logit: -800, score: 0 },
  { activation: 'log sigmoid', logit: -800, score: -800 },
  { activation: 'sigmoid', logit: -800, score: 0 },
  { activation: 'softmax', logit: -800, score: 1 },
] as const)('$activation of $logit is $score', ({ activation, logit, score }) => {
  expect(activatedScore(activation, [logit], 0)).toBe(score);
});

it('has odds of one label against all others', () => {
  expect(logOdds([2, 0], 0)).toBeCloseTo(2, 12);
  expect(logOdds([1, 0, 0], 0)).toBeCloseTo(1 - Math.log(2), 12);
  expect(logOdds([900, -900, 0], 0)).toBeCloseTo(900, 9);
});
