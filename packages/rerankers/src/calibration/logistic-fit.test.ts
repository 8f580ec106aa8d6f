import { seededRandom, unpaced } from '@sluice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitLogisticSteps, type LogisticProblem } from './logistic-fit.js';

const WIDTH = 3;

const fitLogistic = (problem: LogisticProblem, start: Float64Array): Float64Array =>
  unpaced(fitLogisticSteps(problem, start));

/** Pairs with two features and the constant; small integers make separable, constant and collinear columns common. */
const problems = (ridge: number): fc.Arbitrary<LogisticProblem> =>
  fc
    .array(fc.tuple(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -2, max: 2 }), fc.integer({ min: 0, max: 1 })), {
      minLength: 2,
      maxLength: 40,
    })
    .filter((pairs) => new Set(pairs.map(([, , label]) => label)).size === 2)
    .map((pairs) => ({
      features: Float64Array.from(pairs.flatMap(([first, second]) => [first, second, 1])),
      targets: Float64Array.from(pairs, ([, , label]) => label),
      width: WIDTH,
      ridge,
    }));

/** The loss as it is defined, without the care for overflow that the fit takes. */
function plainLoss({ features, targets, width, ridge }: LogisticProblem, weights: ArrayLike<number>): number {
  let loss = 0;
  for (const [row, target] of targets.entries()) {
    let logit = 0;
    for (let at = 0; at < width; at++) logit += (features[row * width + at] ?? 0) * (weights[at] ?? 0);
    const probability = 1 / (1 + Math.exp(-logit));
    loss -= target === 1 ? Math.log(probability) : Math.log(1 - probability);
  }
  for (let at = 0; at + 1 < width; at++) loss += 0.5 * ridge * (weights[at] ?? 0) ** 2;
  return loss / targets.length;
}

/** The fit, and how often it let others work. */
function driven(problem: LogisticProblem): { readonly yields: number; readonly fitted: Float64Array } {
  const steps = fitLogisticSteps(problem, new Float64Array(problem.width));
  for (let yields = 0; ; yields++) {
    const step = steps.next();
    if (step.done) return { yields, fitted: step.value };
  }
}

describe('with ridge', () => {
  it('ends where no step in any direction improves the loss', () => {
    const direction = fc.tuple(...Array.from({ length: WIDTH }, () => fc.double({ min: -1, max: 1, noNaN: true })));
    fc.assert(
      fc.property(problems(0.5), direction, fc.constantFrom(1, 0.1, 0.01), (problem, towards, length) => {
        const fitted = fitLogistic(problem, new Float64Array(WIDTH));
        const moved = fitted.map((weight, at) => weight + length * (towards[at] ?? 0));
        expect(plainLoss(problem, moved)).toBeGreaterThanOrEqual(plainLoss(problem, fitted) - 1e-12);
      }),
    );
  });

  it('ends at the same weights wherever it starts', () => {
    const start = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: WIDTH, maxLength: WIDTH });
    fc.assert(
      fc.property(problems(0.5), start, (problem, from) => {
        const fitted = fitLogistic(problem, new Float64Array(WIDTH));
        const again = fitLogistic(problem, Float64Array.from(from));
        for (const [at, weight] of fitted.entries()) expect(again[at]).toBeCloseTo(weight, 6);
      }),
    );
  });
});

it('stops where the loss is flat, instead of halving a step that cannot improve it', () => {
  const random = seededRandom(1);
  const scores = Float64Array.from({ length: 16_384 }, random);
  const features = Float64Array.from(
    { length: 2 * scores.length },
    (_, at) => (at % 2 === 0 ? scores[at / 2] : 1) ?? 1,
  );
  const targets = scores.map((score) => Number(random() < 0.1 * score));
  const problem = { features, targets, width: 2, ridge: 1e-3 };
  const { yields, fitted } = driven(problem);
  // Two a pass: a Newton step is a pass for the derivatives and one for the loss.
  expect(yields / 2).toBeLessThan(25);
  const slopes = [0, 1].map((at) => {
    const moved = (by: number): number =>
      plainLoss(
        problem,
        fitted.map((weight, of) => weight + (of === at ? by : 0)),
      );
    return (moved(1e-4) - moved(-1e-4)) / 2e-4;
  });
  for (const slope of slopes) expect(Math.abs(slope)).toBeLessThan(1e-7);
});

describe('without ridge', () => {
  it('stays finite on separable, constant and collinear features, and no worse than no features', () => {
    fc.assert(
      fc.property(problems(0), (problem) => {
        const fitted = fitLogistic(problem, new Float64Array(WIDTH));
        expect(fitted.every(Number.isFinite)).toBe(true);
        const share = problem.targets.reduce((sum, target) => sum + target, 0) / problem.targets.length;
        const constant = [0, 0, Math.log(share / (1 - share))];
        // Where a probability rounds to 0 or 1 the plain loss is infinite or NaN; there is nothing to compare then.
        const loss = plainLoss(problem, fitted);
        if (Number.isFinite(loss)) expect(loss).toBeLessThanOrEqual(plainLoss(problem, constant) + 1e-9);
      }),
    );
  });

  it('finds the log odds of the constant feature alone', () => {
    const targets = Float64Array.of(1, 0, 0, 0);
    const fitted = fitLogistic(
      { features: Float64Array.of(1, 1, 1, 1), targets, width: 1, ridge: 0 },
      Float64Array.of(3),
    );
    // The search ends where the loss no longer falls: half of the digits are in the weights.
    expect(fitted[0]).toBeCloseTo(Math.log(1 / 3), 6);
  });
});
