import { expect, it } from 'vitest';
import { LiveLabels } from './live-labels.js';

it('knows which label counts for an ordinal, after replacements, removals and labels that were skipped', () => {
  const labels = new LiveLabels();
  expect([...labels.next(2)]).toEqual([0, 1]);
  labels.assign(Uint32Array.of(7, 0xffffffff));
  labels.skip(2);
  labels.assign(Uint32Array.of(7, 3));
  labels.delete(0xffffffff);
  labels.delete(99);
  expect([0, 1, 2, 3, 4, 5, 6].map((label) => labels.ordinalOf(label))).toEqual([-1, -1, -1, -1, 7, 3, -1]);
  expect({ count: labels.count, live: labels.live }).toEqual({ count: 6, live: 2 });
  labels.assign(Uint32Array.from({ length: 500 }, (_, at) => 1000 + at));
  expect([5, 6, 505].map((label) => labels.ordinalOf(label))).toEqual([3, 1000, 1499]);
});
