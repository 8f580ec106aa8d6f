import { afterEach, expect, it, vi } from 'vitest';
import { mapInSlices } from './in-slices.js';

const spin = (ms: number): void => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};

afterEach(() => void vi.unstubAllGlobals());

it('maps in order', async () => {
  expect(await mapInSlices(['a', 'b'], (each, at) => `${each}${at}`)).toEqual(['a0', 'b1']);
});

it.each([
  { where: 'Node', global: setImmediate },
  { where: 'browsers', global: undefined },
])('lets others have their turn during long work in $where', async ({ global }) => {
  vi.stubGlobal('setImmediate', global);
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
