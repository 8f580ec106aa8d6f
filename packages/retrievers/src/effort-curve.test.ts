import { expect, it } from 'vitest';
import { EffortCurve } from './effort-curve.js';

const infinite = Number.POSITIVE_INFINITY;

it('knows the recall of every effort', () => {
  const curve = new EffortCurve(Float64Array.of(7, 1, infinite, 3), 1);
  expect([0, 1, 2.9, 3, 100].map((effort) => curve.recallAt(effort))).toEqual([0, 0.25, 0.25, 0.5, 0.75]);
});

it.each([
  // With ever more queries, half of what may be missed stays in hand.
  { recall: 0.5, queries: 1e12, effort: 750 },
  { recall: 0.95, queries: 1e12, effort: 975 },
  // Of 100 queries .95 is known to .02: two errors more, and the asymmetry of a share.
  { recall: 0.95, queries: 100, effort: 980 },
  { recall: 1, queries: 100, effort: 1000 },
])('$recall of $queries queries takes an effort of $effort of 1,000', ({ recall, queries, effort }) => {
  const curve = new EffortCurve(
    Float64Array.from({ length: 1000 }, (_, at) => 1000 - at),
    queries,
  );
  expect(Math.abs(curve.effortFor(recall) - effort)).toBeLessThanOrEqual(1);
});

it('takes an infinite effort where no effort is enough, or nothing was measured', () => {
  expect(new EffortCurve(Float64Array.of(1, infinite), 2).effortFor(0.9)).toBe(infinite);
  expect(new EffortCurve(new Float64Array(0), 0).effortFor(0.1)).toBe(infinite);
  expect(new EffortCurve(new Float64Array(0), 0).recallAt(1)).toBe(1);
});
