import { expect, it } from 'vitest';
import { LiveRows } from './live-rows.js';

it('has no row beyond those that count, after some were dropped', () => {
  const live = new LiveRows();
  live.grow(100);
  live.delete(3);
  live.reset(40);
  expect(live.count).toBe(40);
  expect(Array.from({ length: 120 }, (_, row) => live.has(row))).toEqual(
    Array.from({ length: 120 }, (_, row) => row < 40),
  );
});
