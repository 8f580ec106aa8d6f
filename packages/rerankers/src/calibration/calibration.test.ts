import { negativeLogLikelihood } from '@sluice/evaluation';
import { restsDuring } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sigmoid } from '../network/sigmoid.js';
import { fitBeta } from './beta.js';
import type { Calibrator, LabelledScores } from './calibrator.js';
import { fitIsotonic } from './isotonic.js';
import { loadCalibrator } from './load-calibrator.js';
import { fitPlatt, platt } from './platt.js';
import { fitTemperature, temperature } from './temperature.js';

/** Pairs whose true probability is known: a fixed linear congruential sequence stands in for chance. */
function drawn(count: number, probability: (score: number) => number, low = -4, high = 4): LabelledScores {
  let state = 12345;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const scores = Float32Array.from({ length: count }, () => low + (high - low) * next());
  return { scores, labels: Uint8Array.from(scores, (score) => (next() < probability(score) ? 1 : 0)) };
}

const likelihood = (calibrator: Calibrator, { scores, labels }: LabelledScores): number =>
  negativeLogLikelihood({ probabilities: calibrator.probabilities(Float32Array.from(scores)), labels });

const labelled = (from: number, to: number) =>
  fc
    .array(
      fc.tuple(fc.float({ min: Math.fround(from), max: Math.fround(to), noNaN: true }), fc.integer({ min: 0, max: 1 })),
      {
        minLength: 2,
        maxLength: 40,
      },
    )
    .filter((pairs) => new Set(pairs.map(([, label]) => label)).size === 2)
    .map(
      (pairs): LabelledScores => ({
        scores: Float32Array.from(pairs, ([score]) => score),
        labels: Uint8Array.from(pairs, ([, label]) => label),
      }),
    );

describe.each([
  { name: 'platt', fit: fitPlatt, low: -20, high: 20 },
  { name: 'temperature', fit: fitTemperature, low: -20, high: 20 },
  { name: 'isotonic', fit: fitIsotonic, low: -20, high: 20 },
  { name: 'beta', fit: fitBeta, low: 0, high: 1 },
])('$name', ({ fit, low, high }) => {
  it('never decreases, stays between 0 and 1, and survives its JSON form', async () => {
    await fc.assert(
      fc.asyncProperty(labelled(low, high), async (pairs) => {
        let calibrator: Calibrator;
        try {
          calibrator = await fit(pairs);
        } catch (error) {
          // Scores that fall with relevance are refused, and that is the only excuse.
          expect(error).toMatchObject({ code: 'SLUICE_INVALID_INPUT' });
          fc.pre(false);
          return;
        }
        const grid = Float32Array.from({ length: 101 }, (_, at) => low + ((high - low) * at) / 100);
        const probabilities = calibrator.probabilities(grid);
        for (const [at, probability] of probabilities.entries()) {
          expect(probability).toBeGreaterThanOrEqual(probabilities[at - 1] ?? 0);
          expect(probability).toBeLessThanOrEqual(1);
        }
        const reloaded = loadCalibrator(JSON.parse(JSON.stringify(calibrator)));
        expect(reloaded.probabilities(grid)).toEqual(probabilities);
      }),
    );
  });

  it('refuses labels of one kind, and scores that are not finite', async () => {
    const scores = Float32Array.of(0.1, 0.2);
    await expect(fit({ scores, labels: Uint8Array.of(1, 1) })).rejects.toThrow(/2 of 2 pairs are relevant/);
    await expect(fit({ scores, labels: Uint8Array.of(0, 2) })).rejects.toThrow(/neither 0 nor 1/);
    await expect(fit({ scores, labels: Uint8Array.of(1) })).rejects.toThrow(/2 scores and 1 labels/);
    const unsound = { scores: Float32Array.of(0, Number.NaN), labels: Uint8Array.of(0, 1) };
    await expect(fit(unsound)).rejects.toThrow(/row 1/);
  });

  it('lets others work however many pairs there are, and ends with the signal', async () => {
    const pairs = drawn(40_000, sigmoid, 0, 1);
    // Each pass over the pairs is four steps of 8,192 and a rest, and none needs fewer than three passes.
    expect(await restsDuring(() => fit(pairs))).toBeGreaterThan(12);
    await expect(fit(pairs, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});

describe('temperature', () => {
  it('finds the temperature that made the labels within 2 %', async () => {
    const fitted = (await fitTemperature(drawn(50_000, (score) => sigmoid(score / 1.7)))).toJSON();
    expect(fitted).toEqual({ kind: 'temperature', temperature: expect.closeTo(1.7, 1) });
    expect(Math.abs(Number(Object(fitted).temperature) / 1.7 - 1)).toBeLessThan(0.02);
  });

  it('is about 1 for logits that are calibrated, and improves those that are not', async () => {
    const pairs = drawn(50_000, sigmoid);
    expect(Math.abs(Number(Object((await fitTemperature(pairs)).toJSON()).temperature) - 1)).toBeLessThan(0.02);
    const stretched = { ...pairs, scores: pairs.scores.map((score) => 5 * score) };
    expect(likelihood(await fitTemperature(stretched), stretched)).toBeLessThan(likelihood(temperature(1), stretched));
  });
});

describe('platt', () => {
  it('finds slope and intercept, whatever the scale of the scores', async () => {
    const pairs = drawn(50_000, (score) => sigmoid(2 * score - 1));
    const scaled = { ...pairs, scores: pairs.scores.map((score) => 1000 * score + 500) };
    const [plain, moved] = [await fitPlatt(pairs), await fitPlatt(scaled)].map((fitted) => Object(fitted.toJSON()));
    expect(plain.slope).toBeCloseTo(2, 0);
    expect(plain.intercept).toBeCloseTo(-1, 0);
    expect(moved.slope * 1000).toBeCloseTo(plain.slope, 2);
  });

  it('keeps a finite slope on separable data', async () => {
    const pairs = { scores: Float32Array.of(-2, -1, 1, 2), labels: Uint8Array.of(0, 0, 1, 1) };
    const [worst = 1] = (await fitPlatt(pairs)).probabilities(Float32Array.of(-1));
    expect(worst).toBeGreaterThan(0.05);
  });

  it('refuses scores that are all equal, whatever rounding makes of their deviation', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.float({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 3, max: 60 }),
        async (score, count) => {
          const pairs = {
            scores: new Float32Array(count).fill(score),
            labels: Uint8Array.from({ length: count }, (_, at) => at % 2),
          };
          await expect(fitPlatt(pairs)).rejects.toThrow(/do not score higher/);
        },
      ),
    );
  });

  it('refuses scores that fall with relevance', async () => {
    const pairs = { scores: Float32Array.of(3, 2, 1, 0), labels: Uint8Array.of(0, 0, 1, 1) };
    await expect(fitPlatt(pairs)).rejects.toThrow(/do not score higher/);
  });
});

describe('isotonic', () => {
  it('pools pairs of one score before it looks for violations', async () => {
    const pairs = { scores: Float32Array.of(3, 3, 0, 0), labels: Uint8Array.of(0, 1, 0, 0) };
    expect([...(await fitIsotonic(pairs)).probabilities(Float32Array.of(0, 3))]).toEqual([0, 0.5]);
  });

  it('equals the max-min formula of isotonic regression', async () => {
    await fc.assert(
      fc.asyncProperty(labelled(-3, 3), async ({ scores, labels }) => {
        const order = Array.from(scores.keys()).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
        const distinct = [...new Set(order.map((at) => scores[at] ?? 0))];
        const sums = distinct.map((score) => order.filter((at) => scores[at] === score).map((at) => labels[at] ?? 0));
        const mean = (from: number, to: number): number => {
          const all = sums.slice(from, to + 1).flat();
          return all.reduce((sum, label) => sum + label, 0) / all.length;
        };
        const expected = distinct.map((_, at) => {
          const lows = Array.from({ length: at + 1 }, (_, from) =>
            Math.min(...Array.from({ length: distinct.length - at }, (_, more) => mean(from, at + more))),
          );
          return Math.fround(Math.max(...lows));
        });
        const fitted = (await fitIsotonic({ scores, labels })).probabilities(Float32Array.from(distinct));
        for (const [at, value] of expected.entries()) expect(fitted[at]).toBeCloseTo(value, 6);
      }),
    );
  });
});

describe('beta', () => {
  it('contains the identity and mends a distortion that Platt cannot', async () => {
    const calibrated = drawn(50_000, (score) => score, 0.001, 0.999);
    const [middle = 0, high = 0] = (await fitBeta(calibrated)).probabilities(Float32Array.of(0.5, 0.9));
    expect(middle).toBeCloseTo(0.5, 1);
    expect(high).toBeCloseTo(0.9, 1);
    const squared = { ...calibrated, scores: calibrated.scores.map((score) => score ** 2) };
    expect(likelihood(await fitBeta(squared), squared)).toBeLessThan(likelihood(await fitPlatt(squared), squared));
  });
});

it.each([
  { why: 'an unknown kind', json: { kind: 'magic' } },
  { why: 'a flat beta curve', json: { kind: 'beta', a: 0, b: 0, c: 1 } },
  { why: 'a falling slope', json: { kind: 'platt', slope: -1, intercept: 0 } },
  { why: 'scores that do not ascend', json: { kind: 'isotonic', scores: [1, 1], probabilities: [0, 1] } },
  { why: 'probabilities that fall', json: { kind: 'isotonic', scores: [0, 1], probabilities: [1, 0] } },
])('refuses to load $why', ({ json }) => {
  expect(() => loadCalibrator(json)).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_OPTIONS' }));
});

it('keeps the order of scores, ties and all', () => {
  const scores = Float32Array.of(3, 3, 1, -2);
  const probabilities = platt({ slope: 0.5, intercept: 0 }).probabilities(scores);
  expect(probabilities[0]).toBe(probabilities[1]);
  expect([...probabilities].sort((a, b) => b - a)).toEqual([...probabilities]);
});
