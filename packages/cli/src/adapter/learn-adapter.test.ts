import { seededRandom } from '@sluice/core';
import { adapterScores, type JudgedList } from '@sluice/rerankers';
import { expect, it, vi } from 'vitest';
import { learnAdapter } from './learn-adapter.js';

vi.mock('@sluice/rerankers', async (importOriginal) => {
  const original = await importOriginal<typeof import('@sluice/rerankers')>();
  return { ...original, adapterScores: vi.fn(original.adapterScores) };
});

const DEPTH = 30;

/** Lists in which a third of the queries have cosines that are all larger by .3. */
function lists(count: number): JudgedList[] {
  const random = seededRandom(4);
  return Array.from({ length: count }, (_, at) => {
    const shift = at % 3 === 0 ? 0.3 : 0;
    const rows = Array.from({ length: DEPTH }, (_, place) => {
      const label = place < 3 ? 1 : 0;
      return { label, cosine: Math.fround(0.2 + shift + 0.2 * label + 0.1 * random()) };
    }).sort((left, right) => right.cosine - left.cosine);
    return {
      dense: Float32Array.from(rows, ({ cosine }) => cosine),
      labels: Uint8Array.from(rows, ({ label }) => label),
      judged: 3,
      queryVector: Float32Array.from({ length: 8 }, () => random() - (shift > 0 ? 0 : 1)),
    };
  });
}

const settings = { family: 'linear', hidden: 8, epochs: 5, seed: 1, targetRecall: 0.9 } as const;
const run = { saved: undefined, save: async () => {} };

it('reads a list of the report once, and reports what a count of each candidate gives', async () => {
  const given = lists(100);
  vi.mocked(adapterScores).mockClear();
  const { model, report } = await learnAdapter(given, settings, run);
  expect(report.queries).toEqual({ train: 60, threshold: 20, test: 20 });
  expect(adapterScores).toHaveBeenCalledTimes(20 + 20);
  const asked = vi
    .mocked(adapterScores)
    .mock.calls.slice(20)
    .map(([, data]) => data);
  const kept = asked.map((data) => {
    const scores = adapterScores(model, data);
    return [...data.labels].filter((_, at) => (scores[at] ?? 0) >= report.threshold);
  });
  const hits = kept.flat().filter((label) => label === 1).length;
  expect(report.recall).toBeCloseTo(hits / (20 * 3), 12);
  expect(report.precision).toBeCloseTo(hits / kept.flat().length, 12);
  expect(report.empty).toBeCloseTo(kept.filter(({ length }) => length === 0).length / 20, 12);
});
