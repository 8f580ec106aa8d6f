import { expect, it } from 'vitest';
import { slowestProgress } from './slowest-progress.js';

it('reports what all have finished, and only what is new', () => {
  const reported: number[] = [];
  const progressOf = slowestProgress(2, (done) => reported.push(done));
  const [first, second] = [progressOf(0), progressOf(1)];
  const done = (count: number) => ({ phase: 'encoding', done: count, unit: 'documents' });
  first(done(8));
  second(done(3));
  second(done(3));
  second(done(9));
  first(done(9));
  expect(reported).toEqual([3, 8, 9]);
});
