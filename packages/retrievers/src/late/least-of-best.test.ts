import { seededRandom, unpaced } from '@sluice/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { leastOfBest } from './least-of-best.js';

it('is what sorting finds, with ties, both zeros and infinities', () => {
  const number = fc.oneof(
    fc.float({ noNaN: true }),
    fc.constantFrom(0, -0, 1, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  );
  fc.assert(
    fc.property(
      fc.array(number, { minLength: 1, maxLength: 40 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (list, share) => {
        const scores = Float32Array.from(list);
        const count = 1 + Math.floor(share * (scores.length - 1));
        const sorted = scores.toSorted();
        expect(unpaced(leastOfBest(scores, count))).toBe(sorted[scores.length - count]);
        expect(scores).toEqual(Float32Array.from(list));
      },
    ),
  );
});

it('yields while it counts', () => {
  const random = seededRandom(1);
  const scores = Float32Array.from({ length: 400_000 }, () => random() - 0.5);
  let yields = 0;
  const steps = leastOfBest(scores, 1000);
  let step = steps.next();
  for (; !step.done; step = steps.next()) yields++;
  expect(step.value).toBe(scores.toSorted()[399_000]);
  // Six for the keys and for each pass.
  expect(yields).toBe(30);
});
