import { seededRandom } from '@sluice/core';
import { pooledPrecisionRecallArea } from '@sluice/evaluation';
import { rankingWith, restsDuring, testRelevanceFilter } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitListAdapter, refineListAdapter } from './fit-list-adapter.js';
import type { LabelledList } from './judged-features.js';
import { listAdapter } from './list-adapter.js';
import {
  candidateLogits,
  listAdapterToJson,
  listLogits,
  loadListAdapter,
  shiftListAdapter,
} from './list-adapter-model.js';
import { type CandidateScores, listFeatures, writeListFeatures } from './list-features.js';

/** Lists whose relevant candidates stand out from their own list, which lies anywhere. */
function lists(count: number, seed: number, lexical: boolean): LabelledList[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const base = 0.2 + 0.5 * random();
    const labels = Uint8Array.from({ length: 20 }, () => (random() < 0.15 ? 1 : 0));
    const dense = Float32Array.from(labels, (label) => base + 0.08 * label + 0.06 * random());
    if (!lexical) return { dense, labels };
    return { dense, labels, lexical: Float32Array.from(labels, (label) => 10 * random() + 4 * label) };
  });
}

function featuresOf(scores: CandidateScores): Float64Array {
  const width = listFeatures(scores.lexical ? 'lexical' : 'dense-only').length;
  const features = new Float64Array(scores.dense.length * width);
  writeListFeatures(scores, features, 0);
  return features;
}

function areaOf(data: readonly LabelledList[], scoresOf: (list: LabelledList) => Float32Array): number {
  const pairs = data
    .flatMap((list) => [...scoresOf(list)].map((score, at) => ({ score, label: list.labels[at] ?? 0 })))
    .sort((a, b) => b.score - a.score);
  const labels = Uint8Array.from(pairs, ({ label }) => label);
  const retrieved = labels.reduce((sum, label) => sum + label, 0);
  const scores = Float64Array.from(pairs, ({ score }) => score);
  return pooledPrecisionRecallArea({ scores, labels, retrieved, judged: retrieved });
}

const model = await fitListAdapter(lists(60, 1, false));
const lexicalModel = await fitListAdapter(lists(60, 1, true));
testRelevanceFilter('listAdapter', () => listAdapter(model, { threshold: 0 }));
testRelevanceFilter('listAdapter with a lexical source', () => listAdapter(lexicalModel, { threshold: 0 }));

describe('features', () => {
  it('are those worked out by hand', () => {
    const features = featuresOf({ dense: Float32Array.of(0.5, 0.25, 0.5), lexical: Float32Array.of(4, 0, 2) });
    const deviation = Math.sqrt(2 / 144);
    expect([...features.subarray(0, 9)]).toEqual(
      [0.5, 1 / 12 / deviation, 0, 0, 5 / 12, deviation, 0.5, 4, 1].map((value) => expect.closeTo(value, 6)),
    );
    expect(features[9 + 3]).toBeCloseTo(Math.log(3), 12);
    expect(features[18 + 3]).toBe(0);
  });

  it('are finite for equal scores, one candidate, and no lexical match', () => {
    for (const dense of [Float32Array.of(0.3), new Float32Array(7).fill(0.1), new Float32Array(3)]) {
      expect(featuresOf({ dense, lexical: new Float32Array(dense.length) }).every(Number.isFinite)).toBe(true);
    }
  });
});

describe('fitListAdapter', () => {
  it('compares lists that lie apart better than raw scores do, on lists that it has not seen', () => {
    const fresh = lists(200, 9, false);
    const adapted = areaOf(fresh, (list) => listLogits(model, featuresOf(list)));
    expect(adapted).toBeGreaterThan(areaOf(fresh, ({ dense }) => dense) + 0.2);
  });

  it('never lets the logit fall as the dense score rises, whatever the labels', async () => {
    const list = fc
      .array(fc.tuple(fc.float({ min: -1, max: 1, noNaN: true }), fc.integer({ min: 0, max: 1 })), {
        minLength: 2,
        maxLength: 12,
      })
      .map((pairs) => ({
        dense: Float32Array.from(pairs, ([score]) => score),
        labels: Uint8Array.from(pairs, ([, label]) => label),
      }));
    const training = fc
      .array(list, { minLength: 1, maxLength: 6 })
      .filter((all) => new Set(all.flatMap(({ labels }) => [...labels])).size === 2);
    await fc.assert(
      fc.asyncProperty(training, list, async (all, fresh) => {
        const logits = listLogits(await fitListAdapter(all), featuresOf(fresh));
        const order = [...fresh.dense.keys()].sort((a, b) => (fresh.dense[a] ?? 0) - (fresh.dense[b] ?? 0));
        for (const [position, at] of order.entries()) {
          const before = order[position - 1];
          if (before !== undefined) expect(logits[at]).toBeGreaterThanOrEqual((logits[before] ?? 0) - 1e-4);
        }
      }),
    );
  });

  it('refuses lists that do not agree, by their row', async () => {
    const [first, second] = lists(2, 3, true);
    if (!first || !second) expect.fail('two lists');
    const { lexical: _, ...denseOnly } = second;
    await expect(fitListAdapter([first, denseOnly])).rejects.toMatchObject({ row: 1 });
    const unscored = { ...first, dense: first.dense.map((score, at) => (at === 3 ? Number.NaN : score)) };
    await expect(fitListAdapter([second, unscored])).rejects.toMatchObject({ row: 1 });
    await expect(fitListAdapter([{ ...first, labels: new Uint8Array(20) }])).rejects.toThrow(/0 of 20/);
  });

  it('lets others work however many lists there are, and ends with the signal', async () => {
    const many = lists(5000, 4, false);
    // One for each list that is read and written, and a dozen for each pass of the fit over 100,000 candidates.
    expect(await restsDuring(() => fitListAdapter(many))).toBeGreaterThan(10_000 + 24);
    await expect(fitListAdapter(many, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});

it('adds its logits and survives its JSON form', async () => {
  const ranking = rankingWith({ ids: ['a', 'b', 'c'], dense: [0.9, 0.2, 0.1] });
  const again = loadListAdapter(JSON.parse(JSON.stringify(model)));
  const [kept] = await listAdapter(again, { threshold: -1e9 }).select([{ query: { text: 'q' }, ranking }]);
  expect(kept?.ids).toEqual(['a', 'b', 'c']);
  expect(kept?.sources['list-adapter']?.scores).toEqual(
    listLogits(model, featuresOf({ dense: Float32Array.of(0.9, 0.2, 0.1) })),
  );
  expect(() => loadListAdapter({ ...model, weights: [1] })).toThrow(/one weight a feature/);
});

it('refuses dense scores alone where the model reads lexical ones', () => {
  const model = loadListAdapter({ sources: 'lexical', weights: Array(9).fill(0), intercept: 0, depth: 2 });
  const scoring = () => candidateLogits(model, { dense: Float32Array.of(1, 0) });
  expect(scoring).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT', source: 'scores' }));
});

describe('refineListAdapter', () => {
  const own = lists(30, 21, false);

  it('stays where it was at a high price, and fits anew from nothing', async () => {
    const kept = await refineListAdapter(model, own, { ridge: 1e12 });
    for (const [at, weight] of model.weights.entries()) expect(kept.weights[at]).toBeCloseTo(weight, 4);
    const nothing = { ...model, weights: model.weights.map(() => 0), intercept: 0 };
    expect(await refineListAdapter(nothing, own, { ridge: 3 })).toEqual(await fitListAdapter(own, { ridge: 3 }));
  });

  it('takes the share of relevant candidates from the lists, whatever the price', async () => {
    const refined = await refineListAdapter(model, own, { ridge: 1e12 });
    const probabilities = own.flatMap((list) =>
      [...candidateLogits(refined, list)].map((logit) => 1 / (1 + Math.exp(-logit))),
    );
    const relevant = own.flatMap(({ labels }) => [...labels]);
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(probabilities)).toBeCloseTo(mean(relevant), 4);
  });

  it('passes over lexical scores that the model does not read, and misses those that it does', async () => {
    const lexical = lists(30, 22, true);
    expect((await refineListAdapter(model, lexical)).sources).toBe('dense-only');
    const reads = await fitListAdapter(lexical);
    await expect(refineListAdapter(reads, own)).rejects.toThrow(/the model reads lexical scores/);
  });

  it('keeps the order within a query', async () => {
    const falling = own.map(({ dense, labels }) => ({ dense: dense.map((score) => -score), labels }));
    const { weights } = await refineListAdapter(model, falling, { ridge: 1e-3 });
    const names = listFeatures('dense-only');
    for (const name of ['score', 'z'] as const) expect(weights[names.indexOf(name)]).toBeGreaterThanOrEqual(0);
    for (const name of ['gap', 'logRank'] as const) expect(weights[names.indexOf(name)]).toBeLessThanOrEqual(0);
  });
});

it('takes the threshold of its model, and refuses a model that has none', async () => {
  const candidates = [{ query: { text: 'q' }, ranking: rankingWith({ ids: ['a'], dense: [0.9] }) }];
  const [kept] = await listAdapter({ ...model, threshold: 1e9 }).select(candidates);
  expect(kept?.ids).toEqual([]);
  expect(() => listAdapter(model)).toThrow(expect.objectContaining({ path: 'threshold' }));
});

it('moves its logits and its threshold with the share of relevant candidates', () => {
  const shifted = shiftListAdapter({ ...model, threshold: 0.25 }, { from: 0.15, to: 0.05 });
  const moved = Math.log(0.05 / 0.95) - Math.log(0.15 / 0.85);
  expect(shifted.intercept - model.intercept).toBeCloseTo(moved, 12);
  expect(shifted.threshold).toBeCloseTo(0.25 + moved, 12);
  expect(loadListAdapter(JSON.parse(JSON.stringify(listAdapterToJson(shifted))))).toEqual(shifted);
});
