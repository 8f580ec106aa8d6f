import { expect, it } from 'vitest';
import { type BeamCalibration, beamFor, recallAt, sampleRecallFor } from './beam-calibration.js';

const calibration: BeamCalibration = {
  ...{ size: 1000, queries: 10, source: 'given' },
  points: [
    { beam: 16, recall: 0.8 },
    { beam: 64, recall: 0.96 },
    { beam: 128, recall: 0.98 },
  ],
};
/** The recall to ask for so that the sample must have `recall`. */
const asked = (recall: number): number => 1 - (1 - recall) / (1 - sampleRecallFor(0));

it.each([
  { recall: 0.5, beam: 16 },
  { recall: 0.88, beam: 32 },
  { recall: 0.96, beam: 64 },
  { recall: 0.999, beam: 256 },
])('takes a beam of $beam for a sample recall of $recall: between two points by their ratio', ({ recall, beam }) => {
  expect(Math.abs(beamFor(calibration, { recall: asked(recall), topK: 10, size: 1000 }) - beam)).toBeLessThanOrEqual(1);
});

it('widens with the root of the size and of the depth, and is never narrower than the depth', () => {
  const recall = asked(0.959999);
  expect(beamFor(calibration, { recall, topK: 10, size: 4000 })).toBe(128);
  expect(beamFor(calibration, { recall, topK: 40, size: 1000 })).toBe(128);
  expect(beamFor(calibration, { recall, topK: 5, size: 10 })).toBe(64);
  expect(beamFor(calibration, { recall, topK: 20_000, size: 1000 })).toBe(20_000);
});

it('states the recall of the widest measured beam that is not wider', () => {
  expect([12, 16, 100, 5000].map((beam) => recallAt(calibration, beam))).toEqual([undefined, 0.8, 0.96, 0.98]);
});
