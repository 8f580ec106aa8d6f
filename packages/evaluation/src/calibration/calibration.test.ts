import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brierScore, brierSkill, negativeLogLikelihood } from './proper-scores.js';
import { calibrationErrorOf, expectedCalibrationError, reliabilityDiagram, reliabilitySteps } from './reliability.js';

const pairs = (probabilities: number[], labels: number[]) => ({
  probabilities: Float64Array.from(probabilities),
  labels: Uint8Array.from(labels),
});
const anyPairs = fc
  .array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 1 })), {
    minLength: 1,
    maxLength: 60,
  })
  .map((list) =>
    pairs(
      list.map(([probability]) => probability),
      list.map(([, label]) => label),
    ),
  );

describe('reliability', () => {
  it('bins by width as in the definition', () => {
    expect(reliabilityDiagram(pairs([0.1, 0.2, 0.9, 1], [0, 1, 1, 1]), { bins: 2, by: 'width' })).toEqual([
      { count: 2, predicted: expect.closeTo(0.15, 12), observed: 0.5 },
      { count: 2, predicted: expect.closeTo(0.95, 12), observed: 1 },
    ]);
  });

  it('keeps equal probabilities in one bin', () => {
    expect(reliabilityDiagram(pairs([0.5, 0.5, 0.5, 0.9], [0, 1, 0, 1]), { bins: 4 })).toHaveLength(2);
  });

  it('counts every pair once, ascending, however it bins', () => {
    fc.assert(
      fc.property(
        anyPairs,
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom('mass' as const, 'width' as const),
        (all, bins, by) => {
          const diagram = reliabilityDiagram(all, { bins, by });
          expect(diagram.reduce((sum, { count }) => sum + count, 0)).toBe(all.labels.length);
          const predicted = diagram.map((bin) => bin.predicted);
          expect(predicted).toEqual([...predicted].sort((a, b) => a - b));
        },
      ),
    );
  });

  it('is 0 for a constant prediction of the base rate and 1 for certain and wrong', () => {
    expect(expectedCalibrationError(pairs([0.25, 0.25, 0.25, 0.25], [0, 0, 1, 0]))).toBeCloseTo(0, 12);
    expect(expectedCalibrationError(pairs([1, 0], [0, 1]))).toBeCloseTo(1, 12);
  });
});

it('draws in steps what it draws at once', () => {
  const probabilities = Array.from({ length: 20_000 }, (_, at) => ((at * 7919) % 20_000) / 20_000);
  const all = pairs(
    probabilities,
    probabilities.map((probability, at) => Number(probability > ((at * 104_729) % 1000) / 1000)),
  );
  const steps = reliabilitySteps(all);
  let taken = 0;
  let step = steps.next();
  for (; !step.done; step = steps.next()) taken++;
  expect(taken).toBeGreaterThan(50);
  expect(step.value).toEqual(reliabilityDiagram(all));
  expect(calibrationErrorOf(step.value)).toBe(expectedCalibrationError(all));
});

describe('proper scores', () => {
  it('agree with values worked by hand', () => {
    const all = pairs([0.8, 0.3], [1, 0]);
    expect(brierScore(all)).toBeCloseTo((0.04 + 0.09) / 2, 12);
    expect(brierSkill(all)).toBeCloseTo(1 - 0.065 / 0.25, 12);
    expect(negativeLogLikelihood(all)).toBeCloseTo(-(Math.log(0.8) + Math.log(0.7)) / 2, 12);
  });

  it('stay finite for certain and wrong predictions', () => {
    expect(negativeLogLikelihood(pairs([0], [1]))).toBeCloseTo(16.118, 3);
  });

  it('reward the base rate over any other constant', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 2, maxLength: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (labels, other) => {
          const rate = labels.reduce((sum, label) => sum + label, 0) / labels.length;
          const constant = (value: number) =>
            pairs(
              labels.map(() => value),
              labels,
            );
          expect(brierScore(constant(rate))).toBeLessThanOrEqual(brierScore(constant(other)) + 1e-12);
        },
      ),
    );
  });
});

it.each([
  { why: 'nothing', all: pairs([], []), row: undefined },
  { why: 'unequal lengths', all: pairs([0.5], [1, 0]), row: undefined },
  { why: 'above 1', all: pairs([0.5, 1.5], [1, 0]), row: 1 },
  { why: 'NaN', all: pairs([Number.NaN], [1]), row: 0 },
])('refuses $why', ({ all, row }) => {
  expect(() => brierScore(all)).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT', row }));
});
