import fc from 'fast-check';
import { expect, it } from 'vitest';
import { unpaced } from './pacing/paced.js';
import { sortSteps } from './sort-steps.js';

it('sorts as the plain sort does, equal ones in the order of their numbers', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 300 }), (keys) => {
      const compare = (left: number, right: number): number => (keys[left] ?? 0) - (keys[right] ?? 0);
      expect([...unpaced(sortSteps(keys.length, compare))]).toEqual(keys.map((_, at) => at).sort(compare));
    }),
  );
});

it('lets others work in between', () => {
  const sorting = sortSteps(10_000, (left, right) => right - left);
  let turns = 0;
  while (!sorting.next().done) turns++;
  expect(turns).toBeGreaterThan(30);
});
