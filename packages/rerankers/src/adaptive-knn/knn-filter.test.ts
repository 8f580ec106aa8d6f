import { matrix, seededRandom } from '@sluice/core';
import { exactIndex, expectRefusal, rankingWith, seededNormal, testRelevanceFilter } from '@sluice/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LabelledList } from '../list-adapter/judged-features.js';
import { writeListFeatures } from '../list-adapter/list-features.js';
import { AdaptiveKnn } from './adaptive-knn.js';
import { fitKnnFilter } from './fit-knn-filter.js';
import { type KnnFilterOptions, knnFilter } from './knn-filter.js';
import { type KnnFilterModel, knnFilterToJson, loadKnnFilter } from './knn-filter-model.js';

const DEPTH = 20;

interface Made extends LabelledList {
  /** How likely each candidate is relevant, in truth. */
  readonly truth: readonly number[];
}

/**
 * Lists of two kinds, that only their mean tells apart: in the lower ones what stands out from the list is relevant and
 * nothing else; in the upper ones it is a coin's toss.
 */
function made(count: number, seed: number): Made[] {
  const [random, normal] = [seededRandom(seed), seededNormal(seed + 1)];
  return Array.from({ length: count }, (_, list) => {
    const isLower = list % 2 === 0;
    const standing = Array.from({ length: DEPTH }, (_, at) => at < 5);
    const dense = Float32Array.from(
      standing,
      (stands) => (isLower ? 0.3 : 0.7) + 0.1 * Number(stands) + 0.01 * normal(),
    );
    const truth = standing.map((stands) => (stands ? (isLower ? 0.98 : 0.5) : 0.02));
    return { dense, truth, labels: Uint8Array.from(truth, (likely) => Number(random() < likely)) };
  });
}

const model = await fitKnnFilter(made(60, 1));
const small = await fitKnnFilter(made(10, 1));
const lexical = await fitKnnFilter(
  made(10, 2).map((list) => ({ ...list, lexical: list.dense.map((score) => 10 * score) })),
);
testRelevanceFilter('knnFilter', () => knnFilter(small), { manyCandidates: 1000 });
testRelevanceFilter('knnFilter with a lexical source', () => knnFilter(lexical, { confidence: 0, minKeep: 2 }), {
  manyCandidates: 1000,
});

describe('on lists whose truth is known', () => {
  const fresh = made(100, 11);
  const pairs = fresh.flatMap(({ labels, truth }, list) =>
    truth.map((likely, at) => ({ list, at, likely, label: labels[at] ?? 0 })),
  );
  let columns: { readonly share: number; readonly confidence: number }[];

  const keptBy = async (options: KnnFilterOptions): Promise<Set<string>> => {
    const kept = await knnFilter(model, options).select(fresh.map(candidatesOf));
    return new Set(kept.flatMap(({ ids }, list) => ids.map((id) => `${list} ${id}`)));
  };
  const isKept = (kept: ReadonlySet<string>, { list, at }: { list: number; at: number }) => kept.has(`${list} d${at}`);

  beforeAll(async () => {
    const all = await knnFilter(model, { minKeep: DEPTH }).select(fresh.map(candidatesOf));
    columns = all.flatMap(({ sources }) =>
      Array.from(sources.knn?.scores ?? [], (share, at) => ({
        share,
        confidence: sources['knn-confidence']?.scores[at] ?? Number.NaN,
      })),
    );
    expect(columns).toHaveLength(pairs.length);
  });

  it('is as right as the truth itself allows, and more than any threshold', async () => {
    const kept = await keptBy({ confidence: 0 });
    const right = pairs.filter((pair) => isKept(kept, pair) === (pair.label === 1)).length / pairs.length;
    // What keeping all that is likelier relevant than not would be right about, on the same labels.
    const best = pairs.filter(({ likely, label }) => likely > 0.5 === (label === 1)).length / pairs.length;
    expect(right).toBeGreaterThan(best - 0.02);
    const scores = fresh.flatMap(({ dense }) => [...dense]);
    for (const threshold of scores) {
      const agrees = pairs.filter(({ label }, at) => (scores[at] ?? 0) >= threshold === (label === 1)).length;
      expect(right).toBeGreaterThan(agrees / pairs.length);
    }
  });

  it.each([0.6, 0.9])('of what it drops at a confidence of %d so many are not relevant', async (confidence) => {
    const kept = await keptBy({ confidence });
    const dropped = pairs.filter((pair) => !isKept(kept, pair));
    expect(dropped.length).toBeGreaterThan(pairs.length / 2);
    const wrong = dropped.filter(({ label }) => label === 1).length / dropped.length;
    // Two standard errors.
    expect(wrong).toBeLessThan(1 - confidence + 2 * Math.sqrt((confidence * (1 - confidence)) / dropped.length));
  });

  it('keeps what neighbours are not sure about, and drops less the surer they must be', async () => {
    const [all, sure] = [await keptBy({ confidence: 0 }), await keptBy({ confidence: 0.9 })];
    for (const each of all) expect(sure.has(each)).toBe(true);
    const tossed = pairs.filter(({ likely }) => likely === 0.5);
    expect(tossed.every((pair) => isKept(sure, pair))).toBe(true);
    expect(tossed.some((pair) => !isKept(all, pair))).toBe(true);
  });

  it('says how sure neighbours are: half where a coin was tossed, and nearly always elsewhere', () => {
    const meanOf = (select: (likely: number) => boolean): number => {
      const own = columns.filter((_, at) => select(pairs[at]?.likely ?? Number.NaN));
      return own.reduce((sum, { confidence }) => sum + confidence, 0) / own.length;
    };
    // The best of sixteen numbers of neighbours flatters a coin.
    expect(Math.abs(meanOf((likely) => likely === 0.5) - 0.5)).toBeLessThan(0.12);
    expect(meanOf((likely) => likely !== 0.5)).toBeGreaterThan(0.95);
  });
});

it('has the columns of the neighbours themselves', async () => {
  const [list = expect.fail('a list')] = made(1, 5);
  const [kept] = await knnFilter(model, { minKeep: DEPTH }).select([candidatesOf(list)]);
  const width = model.means.length;
  const points = matrix(model.points, width);
  const index = exactIndex({ dimensions: width, similarity: 'euclidean' });
  index.add(Uint32Array.from(model.labels.keys()), points);
  const knn = await AdaptiveKnn.fit({ index, points, labels: Int32Array.from(model.labels) });
  const features = new Float64Array(DEPTH * width);
  writeListFeatures({ dense: list.dense.toSorted().reverse() }, features, 0);
  const rows = Float32Array.from(
    features,
    (value, at) => (value - (model.means[at % width] ?? 0)) / (model.deviations[at % width] ?? 1),
  );
  const expected = await knn.predict(matrix(rows, width));
  for (const [at, { label, share, expectedAccuracy }] of expected.entries()) {
    expect(kept?.sources.knn?.scores[at]).toBeCloseTo(label === 1 ? share : 1 - share, 6);
    expect(kept?.sources['knn-confidence']?.scores[at]).toBeCloseTo(expectedAccuracy, 6);
  }
});

it('draws its points where there are more, the same for the same seed', async () => {
  const lists = made(50, 3);
  const few = await fitKnnFilter(lists, { points: 100, seed: 4 });
  expect(few.labels).toHaveLength(100);
  expect(await fitKnnFilter(lists, { points: 100, seed: 4 })).toEqual(few);
  expect((await fitKnnFilter(lists, { points: 100, seed: 5 })).points).not.toEqual(few.points);
  expect((await fitKnnFilter(lists)).labels).toHaveLength(50 * DEPTH);
});

it('survives its JSON form', () => {
  const json = JSON.parse(JSON.stringify(knnFilterToJson(model)));
  expect(loadKnnFilter(json)).toEqual(model);
});

it('refuses what is no model, lists that teach nothing, and a confidence that is no share', async () => {
  const input = { code: 'SLUICE_INVALID_INPUT' } as const;
  const options = { code: 'SLUICE_INVALID_OPTIONS' } as const;
  const broken: Partial<KnnFilterModel>[] = [
    { points: model.points.subarray(1) },
    { points: new Float32Array(0), labels: new Uint8Array(0) },
    { points: model.points.map((value, at) => (at === 3 ? Number.NaN : value)) },
    { means: [] },
  ];
  for (const part of broken) await expectRefusal(async () => knnFilter({ ...model, ...part }), input);
  const json = knnFilterToJson(model);
  await expectRefusal(async () => loadKnnFilter({ ...json, labels: '012' }), options);
  await expectRefusal(async () => loadKnnFilter({ ...json, labels: '01' }), input);
  await expectRefusal(async () => loadKnnFilter({ ...json, points: 'AAA=' }), input);
  await expectRefusal(async () => knnFilter(model, { confidence: 1.5 }), options);
  await expectRefusal(() => fitKnnFilter([{ dense: Float32Array.of(1), labels: Uint8Array.of(1) }]), input);
  await expectRefusal(() => fitKnnFilter(made(2, 1), { points: 1 }), options);
});

function candidatesOf({ dense }: LabelledList) {
  const order = [...dense.keys()].sort((left, right) => (dense[right] ?? 0) - (dense[left] ?? 0));
  const ranking = rankingWith({ ids: order.map((at) => `d${at}`), dense: order.map((at) => dense[at] ?? 0) });
  return { query: { text: 'q' }, ranking };
}
