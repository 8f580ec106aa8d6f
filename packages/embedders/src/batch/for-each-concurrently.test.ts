import { expect, it } from 'vitest';
import { forEachConcurrently } from './for-each-concurrently.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('works on each item once, and on so many at a time', async () => {
  const seen: number[] = [];
  let open = 0;
  let most = 0;
  const items = Array.from({ length: 20 }, (_, at) => at);
  await forEachConcurrently(items, { limit: 3, signal: undefined }, async (item) => {
    seen.push(item);
    most = Math.max(most, ++open);
    await turn();
    open--;
  });
  expect(seen).toEqual(items);
  expect(most).toBe(3);
});

it('ends with the first failure, when the others have stopped', async () => {
  const first = new Error('first');
  const ended: number[] = [];
  const work = forEachConcurrently([0, 1, 2, 3, 4, 5], { limit: 3, signal: undefined }, async (item, signal) => {
    if (item === 1) throw first;
    await turn();
    ended.push(item);
    signal.throwIfAborted();
  });
  await expect(work).rejects.toBe(first);
  expect(ended).toEqual([0, 2]);
});

it('ends with the reason of its signal', async () => {
  const stop = new AbortController();
  const reason = new Error('enough');
  const seen: number[] = [];
  const work = forEachConcurrently([0, 1, 2, 3], { limit: 1, signal: stop.signal }, async (item) => {
    seen.push(item);
    if (item === 1) stop.abort(reason);
  });
  await expect(work).rejects.toBe(reason);
  expect(seen).toEqual([0, 1]);
});
