import { paced } from '@sluice/core';
import { expect, it } from 'vitest';
import { restsDuring } from './rests-during.js';

function* steps(count: number): Generator<void, number> {
  for (let step = 0; step < count; step++) yield;
  return count;
}

it('counts the steps of work that is short, and hardly any of work that has none', async () => {
  const many = await restsDuring(() => paced(steps(50)));
  expect(many).toBeGreaterThanOrEqual(50);
  expect(many).toBeLessThan(60);
  expect(await restsDuring(() => paced(steps(0)))).toBeLessThan(5);
});

it('gives the clock back, also where the work fails', async () => {
  const clock = performance.now;
  await expect(restsDuring(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(performance.now).toBe(clock);
});
