import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chooseThreshold } from './choose-threshold.js';

it('takes equal scores together and reaches the target', () => {
  const scores = Float32Array.of(0.9, 0.5, 0.5, 0.1);
  expect(chooseThreshold(scores, Uint8Array.of(1, 1, 0, 1), { targetRecall: 0.5 })).toEqual({
    threshold: 0.5,
    recall: expect.closeTo(2 / 3, 12),
    precision: expect.closeTo(2 / 3, 12),
  });
});

it('is the greatest that reaches the target: the next one above falls short', () => {
  const pairs = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean()), { minLength: 1, maxLength: 30 })
    .filter((list) => list.some(([, relevant]) => relevant));
  fc.assert(
    fc.property(pairs, fc.double({ min: 0.01, max: 1, noNaN: true }), (list, target) => {
      const scores = Float32Array.from(list, ([score]) => score);
      const { threshold } = chooseThreshold(
        scores,
        Uint8Array.from(list, ([, relevant]) => Number(relevant)),
        { targetRecall: target },
      );
      const relevant = list.filter(([, label]) => label).map(([score]) => score);
      const recallAt = (floor: number): number => relevant.filter((score) => score >= floor).length / relevant.length;
      expect(recallAt(threshold)).toBeGreaterThanOrEqual(target);
      expect(recallAt(threshold + 1)).toBeLessThan(target);
    }),
  );
});

it('is the least of which enough of what is kept is relevant: every one below is less precise', () => {
  const pairs = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean()), { minLength: 1, maxLength: 30 })
    .filter((list) => list.some(([, relevant]) => relevant));
  fc.assert(
    fc.property(pairs, fc.double({ min: 0.01, max: 1, noNaN: true }), (list, targetPrecision) => {
      const scores = Float32Array.from(list, ([score]) => score);
      const labels = Uint8Array.from(list, ([, relevant]) => Number(relevant));
      const precisionAt = (floor: number): number => {
        const kept = list.filter(([score]) => score >= floor);
        return kept.filter(([, label]) => label).length / kept.length;
      };
      const floors = [...new Set(scores)];
      const precise = floors.filter((floor) => precisionAt(floor) >= targetPrecision);
      if (precise.length === 0) {
        expect(() => chooseThreshold(scores, labels, { targetPrecision })).toThrow(/no threshold is more precise/);
      } else {
        expect(chooseThreshold(scores, labels, { targetPrecision }).threshold).toBe(Math.min(...precise));
      }
    }),
  );
});

it('refuses a target that is not a share, and labels without a relevant pair', () => {
  const scores = Float32Array.of(1);
  expect(() => chooseThreshold(scores, Uint8Array.of(1), { targetRecall: 0 })).toThrow(
    expect.objectContaining({ code: 'SLUICE_INVALID_OPTIONS' }),
  );
  const unscored = Float32Array.of(1, Number.NaN);
  expect(() => chooseThreshold(unscored, Uint8Array.of(1, 1), { targetRecall: 1 })).toThrow(
    expect.objectContaining({ row: 1 }),
  );
  expect(() => chooseThreshold(scores, Uint8Array.of(0), { targetRecall: 0.9 })).toThrow(/0 relevant among 1/);
});
