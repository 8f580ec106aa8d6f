import { expect, it } from 'vitest';
import { EffortCurve } from './effort-curve.js';

const curve = new EffortCurve(Float64Array.from({ length: 100 }, (_, at) => (at * 37) % 100));

it.each([
  { effort: -1, recall: 0 },
  { effort: 0, recall: 0.01 },
  { effort: 49.5, recall: 0.5 },
  { effort: 99, recall: 1 },
])('finds $recall with an effort of $effort', ({ effort, recall }) => expect(curve.recallAt(effort)).toBe(recall));

it.each([
  { why: 'half of what may be missed stays in hand', recall: 0.9, effort: 94 },
  { why: 'all of them', recall: 1, effort: 99 },
  { why: 'a small share', recall: 0.01, effort: 50 },
])('$why', ({ recall, effort }) => expect(curve.effortFor(recall)).toBe(effort));

it('says when no effort is enough, and when nothing was measured', () => {
  const some = new EffortCurve(Float64Array.of(1, 2, 3, Number.POSITIVE_INFINITY));
  expect(some.effortFor(0.5)).toBe(3);
  expect(some.effortFor(0.9)).toBe(Number.POSITIVE_INFINITY);
  expect(some.recallAt(1e9)).toBe(0.75);
  expect(new EffortCurve(new Float64Array(0)).effortFor(0.5)).toBe(Number.POSITIVE_INFINITY);
  expect(new EffortCurve(new Float64Array(0)).recallAt(0)).toBe(1);
});
