import { expect, it } from 'vitest';
import { allInSteps } from './all-in-steps.js';

it('asks about every number once, in order, until the answer is no', async () => {
  const asked: number[][] = [];
  const ask = (limit: number) => (from: number, to: number) => asked.push([from, to]) > 0 && to <= limit;
  expect(await allInSteps(600_000, ask(600_000))).toBe(true);
  expect(asked).toEqual([
    [0, 262_144],
    [262_144, 524_288],
    [524_288, 600_000],
  ]);
  expect(await allInSteps(600_000, ask(300_000))).toBe(false);
  expect(asked).toHaveLength(5);
  expect(await allInSteps(0, ask(0))).toBe(true);
});
