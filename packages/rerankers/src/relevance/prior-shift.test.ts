import { expect, it } from 'vitest';
import { sigmoid } from '../network/sigmoid.js';
import { priorShift } from './prior-shift.js';

it('turns the base rate of training into that of use, and back', () => {
  const shift = priorShift({ from: 1 / 32, to: 0.01 });
  expect(sigmoid(Math.log(1 / 31) + shift)).toBeCloseTo(0.01, 12);
  expect(priorShift({ from: 0.01, to: 1 / 32 })).toBeCloseTo(-shift, 12);
  expect(priorShift({ from: 0.2, to: 0.2 })).toBe(0);
});

it('is what Bayes says of a likelihood ratio under another prior', () => {
  const [ratio, from, to] = [7, 0.3, 0.02];
  const posterior = (prior: number): number => (ratio * prior) / (ratio * prior + 1 - prior);
  const logit = Math.log(posterior(from) / (1 - posterior(from)));
  expect(sigmoid(logit + priorShift({ from, to }))).toBeCloseTo(posterior(to), 12);
});

it.each([0, 1, -0.1, Number.NaN])('refuses a share of %d', (to) => {
  expect(() => priorShift({ from: 0.5, to })).toThrow(expect.objectContaining({ path: 'to' }));
});
