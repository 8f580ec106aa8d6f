import { pipeline, take } from '@sluice/core';
import { rankingWith, restsDuring, scoringRetriever, smallCorpus } from '@sluice/testing';
import { expect, it } from 'vitest';
import { calibrate } from './calibrate.js';
import { loadCalibrator } from './load-calibrator.js';
import { platt } from './platt.js';

/** Scores a document by how many of its letters are the query. */
const letters = scoringRetriever(smallCorpus, {
  name: 'letters',
  score: (query, { text }) => text.split(query).length - 1,
});
const calibrator = platt({ slope: 1, intercept: -3 });

it('ends on the scale of probabilities, in the same order, and keeps what was there', async () => {
  const [plain] = await letters.retrieve([{ text: 'e' }], { topK: 4 });
  const [calibrated] = await pipeline(letters, calibrate(calibrator)).retrieve([{ text: 'e' }], { topK: 4 });
  expect(calibrated?.ids).toEqual(plain?.ids);
  expect(calibrated?.scale.name).toBe('probability');
  expect(calibrated?.scores).toEqual(calibrator.probabilities(plain?.scores ?? new Float32Array(0)));
  expect(calibrated?.sources.probability?.scores).toEqual(calibrated?.scores);
  expect(calibrated?.sources.letters?.scores).toEqual(plain?.scores);
});

it('lets cut-offs through to the source', () => {
  expect(pipeline(letters, calibrate(calibrator), take(3)).compile().steps).toEqual([
    'letters(topK: at most 3)',
    'calibrate(platt)',
    'take(3)',
  ]);
});

it('writes itself down, and reads back as the same curve', () => {
  const { calibrator: saved, ...rest } = calibrate(calibrator).toSpec?.() ?? { type: 'none', calibrator: null };
  expect(rest).toEqual({ type: 'calibrate' });
  const scores = Float32Array.of(5, 3, -1);
  expect(loadCalibrator(JSON.parse(JSON.stringify(saved))).probabilities(scores)).toEqual(
    calibrator.probabilities(scores),
  );
});

it('lets others work between lists, and ends with the signal', async () => {
  const ranking = rankingWith({ ids: ['b', 'a'], scores: [2, 1] });
  const many = Array.from({ length: 200 }, () => ({ query: { text: 'q' }, ranking }));
  expect(await restsDuring(() => calibrate(calibrator).apply(many, { topK: 2 }))).toBeGreaterThan(190);
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(calibrate(calibrator).apply(many, { topK: 2, signal })).rejects.toThrow('enough');
});

it('does not reorder what saturates to one probability', async () => {
  const ranking = rankingWith({ ids: ['b', 'a'], scores: [900, 800] });
  const [result] = await calibrate(calibrator).apply([{ query: { text: 'q' }, ranking }], { topK: 2 });
  expect(result?.ids).toEqual(['b', 'a']);
  expect([...(result?.scores ?? [])]).toEqual([1, 1]);
});
