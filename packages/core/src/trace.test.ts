import { expect, it } from 'vitest';
import { Trace } from './trace.js';

/** Advances by one at each reading. */
function steadyClock(): () => number {
  let now = 100;
  return () => now++;
}

it('records time and sizes in the order in which steps end', async () => {
  const trace = new Trace(steadyClock());
  await trace.record('outer', [{ length: 3 }], () => trace.record('inner', undefined, async () => [{ length: 2 }]));
  expect(trace.steps).toEqual([
    { stage: 'inner', startMs: 2, durationMs: 1, output: [2] },
    { stage: 'outer', startMs: 1, durationMs: 3, input: [3], output: [2] },
  ]);
});

it('records a step that fails, and lets the error pass', async () => {
  const trace = new Trace(steadyClock());
  const failing = trace.record('cross', undefined, () => Promise.reject(new Error('no model')));
  await expect(failing).rejects.toThrow('no model');
  expect(trace.steps).toEqual([{ stage: 'cross', startMs: 1, durationMs: 1, output: [] }]);
});
