import { describe, expect, it } from 'vitest';
import { type BeamCalibration, beamFor, isStale, recallAt, sureRecall } from './beam-calibration.js';

const calibration: BeamCalibration = {
  ...{ size: 1000, removed: 0, queries: 10, source: 'given', scanRecall: 1 },
  points: [
    { beam: 16, recall: 0.8164, error: 0.01 },
    { beam: 64, recall: 0.9682, error: 0.005 },
    { beam: 128, recall: 0.98164, error: 0.001 },
  ],
};

it('is sure of 1.64 standard errors less than was measured', () => {
  expect(calibration.points.map(sureRecall)).toEqual([0.8, 0.96, 0.98].map((recall) => expect.closeTo(recall, 12)));
  expect(sureRecall({ recall: 0.01, error: 0.1 })).toBe(0);
});

it.each([
  { recall: 0.5, beam: 16 },
  { recall: 0.88, beam: 32 },
  { recall: 0.96, beam: 64 },
  { recall: 0.97, beam: Math.sqrt(64 * 128) },
])('takes a beam of $beam to be sure of $recall: between two points by their ratio', ({ recall, beam }) => {
  expect(Math.abs(beamFor(calibration, { recall, topK: 10, size: 1000 }) - beam)).toBeLessThanOrEqual(1);
});

it.each([0.981, 0.999])('takes no beam to be sure of %d where all that were measured fall short', (recall) => {
  expect(beamFor(calibration, { recall, topK: 10, size: 1000 })).toBe(Number.POSITIVE_INFINITY);
});

it('widens with the root of the size and of the depth, and is never narrower than the depth', () => {
  const recall = 0.959999;
  expect(beamFor(calibration, { recall, topK: 10, size: 4000 })).toBe(128);
  expect(beamFor(calibration, { recall, topK: 40, size: 1000 })).toBe(128);
  expect(beamFor(calibration, { recall, topK: 5, size: 10 })).toBe(64);
  expect(beamFor(calibration, { recall, topK: 20_000, size: 1000 })).toBe(20_000);
});

it('states the recall that was measured, between two beams by their ratio', () => {
  const recalls = [12, 16, 32, 128, 5000].map((beam) => recallAt(calibration, beam));
  expect(recalls).toEqual([undefined, 0.8164, expect.closeTo(0.8923, 12), 0.98164, 0.98164]);
});

describe('is stale', () => {
  it.each([
    { why: 'not at its own size', size: 1000, removed: 0, stale: false },
    { why: 'not when it has doubled', size: 2000, removed: 0, stale: false },
    { why: 'when it has grown by more', size: 2001, removed: 0, stale: true },
    { why: 'when it has shrunk to less than half', size: 499, removed: 0, stale: true },
    { why: 'not when a tenth was removed', size: 1000, removed: 100, stale: false },
    { why: 'when more was removed', size: 1000, removed: 101, stale: true },
  ])('$why', ({ size, removed, stale }) => {
    expect(isStale({ ...calibration, removed }, size)).toBe(stale);
  });

  it('when nothing was measured', () => {
    expect(isStale(undefined, 1)).toBe(true);
  });
});
