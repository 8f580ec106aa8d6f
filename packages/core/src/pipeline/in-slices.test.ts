import { expect, it } from 'vitest';
import { mapInSlices } from './in-slices.js';

const spin = (ms: number): void => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};

it('maps in order', async () => {
  expect(await mapInSlices(['a', 'b'], (each, at) => `${each}${at}`)).toEqual(['a0', 'b1']);
});

it('lets others have their turn during long work', async () => {
  const turns: number[] = [];
  const timer = setInterval(() => turns.push(0), 0);
  const seen = await mapInSlices(
    Array.from({ length: 8 }, () => 5),
    (ms) => {
      spin(ms);
      return turns.length;
    },
  );
  clearInterval(timer);
  expect(seen.at(-1)).toBeGreaterThan(0);
});

it('stops with the reason of the signal', async () => {
  const controller = new AbortController();
  const work = mapInSlices(
    [1, 2, 3],
    (each) => {
      if (each === 2) controller.abort(new Error('enough'));
      return each;
    },
    controller,
  );
  await expect(work).rejects.toThrow('enough');
});
