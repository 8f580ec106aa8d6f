import { expect, it } from 'vitest';
import { BlockCache } from './block-cache.js';

it('keeps the most recently used up to its size, and shares what is being made', async () => {
  const made: number[] = [];
  const cache = new BlockCache<number>(30);
  const get = (key: number): Promise<number> =>
    cache.get(key, 10, async () => {
      made.push(key);
      return key;
    });
  await Promise.all([get(1), get(1), get(2), get(3)]);
  await get(1);
  await get(4);
  expect(cache.bytes).toBe(30);
  await get(1);
  await get(2);
  expect(made).toEqual([1, 2, 3, 4, 2]);
});

it('keeps no failure, and nothing at all when it may not', async () => {
  const cache = new BlockCache<number>(30);
  const failure = new Error('the disk is gone');
  await expect(cache.get(1, 10, () => Promise.reject(failure))).rejects.toBe(failure);
  expect(await cache.get(1, 10, async () => 7)).toBe(7);
  const none = new BlockCache<number>(0);
  expect(await none.get(1, 10, async () => 7)).toBe(7);
  expect(none.bytes).toBe(0);
});
