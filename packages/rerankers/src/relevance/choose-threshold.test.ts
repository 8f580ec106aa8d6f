import { restsDuring } from '@sluice/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chooseThreshold } from './choose-threshold.js';

it('takes equal scores together and reaches the target', async () => {
  const scores = Float32Array.of(0.9, 0.5, 0.5, 0.1);
  expect(await chooseThreshold(scores, Uint8Array.of(1, 1, 0, 1), { targetRecall: 0.5 })).toEqual({
    threshold: 0.5,
    recall: expect.closeTo(2 / 3, 12),
    precision: expect.closeTo(2 / 3, 12),
  });
});

it('is the greatest that reaches the target: the next one above falls short', async () => {
  const pairs = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean()), { minLength: 1, maxLength: 30 })
    .filter((list) => list.some(([, relevant]) => relevant));
  await fc.assert(
    fc.asyncProperty(pairs, fc.double({ min: 0.01, max: 1, noNaN: true }), async (list, target) => {
      const scores = Float32Array.from(list, ([score]) => score);
      const { threshold } = await chooseThreshold(
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

it('is the least of which enough of what is kept is relevant: every one below is less precise', async () => {
  const pairs = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean()), { minLength: 1, maxLength: 30 })
    .filter((list) => list.some(([, relevant]) => relevant));
  await fc.assert(
    fc.asyncProperty(pairs, fc.double({ min: 0.01, max: 1, noNaN: true }), async (list, targetPrecision) => {
      const scores = Float32Array.from(list, ([score]) => score);
      const labels = Uint8Array.from(list, ([, relevant]) => Number(relevant));
      const precisionAt = (floor: number): number => {
        const kept = list.filter(([score]) => score >= floor);
        return kept.filter(([, label]) => label).length / kept.length;
      };
      const floors = [...new Set(scores)];
      const precise = floors.filter((floor) => precisionAt(floor) >= targetPrecision);
      if (precise.length === 0) {
        await expect(chooseThreshold(scores, labels, { targetPrecision })).rejects.toThrow(
          /no threshold is more precise/,
        );
      } else {
        expect((await chooseThreshold(scores, labels, { targetPrecision })).threshold).toBe(Math.min(...precise));
      }
    }),
  );
});

it('refuses a target that is not a share, and labels without a relevant pair', async () => {
  const scores = Float32Array.of(1);
  await expect(chooseThreshold(scores, Uint8Array.of(1), { targetRecall: 0 })).rejects.toMatchObject({
    code: 'SLUICE_INVALID_OPTIONS',
  });
  const unscored = Float32Array.of(1, Number.NaN);
  const labels = Uint8Array.of(1, 1);
  await expect(chooseThreshold(unscored, labels, { targetRecall: 1 })).rejects.toMatchObject({ row: 1 });
  await expect(chooseThreshold(scores, Uint8Array.of(0), { targetRecall: 0.9 })).rejects.toThrow(/0 relevant among 1/);
});

it.each([{ targetRecall: 1 }, { targetPrecision: 0.4 }])(
  'lets others work however many pairs there are: %o',
  async (target) => {
    const scores = Float32Array.from({ length: 100_000 }, (_, at) => at);
    const labels = Uint8Array.from(scores, (_, at) => Number(at % 2 === 0));
    // Sorting moves each pair 17 times, 4,096 a step; after it each of the cuts is looked at.
    const rests = await restsDuring(() => chooseThreshold(scores, labels, target));
    expect(rests).toBeGreaterThan(17 * 24 + 20);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(chooseThreshold(scores, labels, target, { signal })).rejects.toThrow('enough');
  },
);
