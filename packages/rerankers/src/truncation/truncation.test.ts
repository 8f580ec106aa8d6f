import { seededRandom } from '@sluice/core';
import { rankingWith, seededNormal, testRelevanceFilter } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { cutUtilities, fitTruncation, utilitySlope } from './fit-truncation.js';
import { truncateList } from './truncate-list.js';
import { loadTruncation, softmax, stayScores, type TruncationModel, truncationToJson } from './truncation-model.js';

/** Lists with a clear fall behind their relevant candidates, 0 to 6 of them, each list somewhere else. */
function lists(count: number, seed: number): { dense: Float32Array; labels: Uint8Array }[] {
  const [random, normal] = [seededRandom(seed), seededNormal(seed)];
  return Array.from({ length: count }, () => {
    const [relevant, base] = [Math.floor(7 * random()), random()];
    const labels = Uint8Array.from({ length: 20 }, (_, at) => Number(at < relevant));
    return { dense: Float32Array.from(labels, (label) => base + 0.5 * label + 0.05 * normal()), labels };
  });
}

const model = await fitTruncation(lists(300, 1), { seed: 3 });
const column = (dense: Float32Array) => rankingWith({ ids: [...dense.keys()].map(String), dense: [...dense] });

testRelevanceFilter('truncateList', () => truncateList(model));
testRelevanceFilter('truncateList of another source', () => truncateList(model, { column: 'minilm', minKeep: 2 }));

it('has the slope of finite differences', () => {
  const logits = Float32Array.of(0.3, -0.2, 0.9, 0.1);
  const utilities = cutUtilities(Uint8Array.of(1, 0, 1));
  const loss = (): number => -softmax(logits).reduce((sum, share, at) => sum + share * (utilities[at] ?? 0), 0) / 2;
  const slopes = utilitySlope(logits, utilities, 2);
  for (const [at, value] of logits.entries()) {
    logits[at] = value + 2 ** -8;
    const above = loss();
    logits[at] = value - 2 ** -8;
    const below = loss();
    logits[at] = value;
    expect(slopes[at]).toBeCloseTo((above - below) / 2 ** -7, 4);
  }
});

it('values a cut by F1, and nothing where nothing is relevant', () => {
  expect([...cutUtilities(Uint8Array.of(1, 0, 1))]).toEqual(
    [0, 2 / 3, 0.5, 0.8].map((value) => expect.closeTo(value, 12)),
  );
  expect([...cutUtilities(Uint8Array.of(0, 0))]).toEqual([1, 0, 0]);
});

it('finds the fall in lists that it has not seen, and that there is none', async () => {
  const fresh = lists(100, 9);
  const filter = truncateList(model);
  const kept = await filter.select(fresh.map(({ dense }) => ({ query: { text: 'q' }, ranking: column(dense) })));
  const right = fresh.filter(({ labels }, at) => kept[at]?.length === labels.reduce((sum, label) => sum + label, 0));
  expect(right.length).toBeGreaterThan(80);
});

it('keeps, of two candidates, the one that scores higher', () => {
  const { dense } = lists(1, 4)[0] ?? expect.fail('a list');
  const stays = stayScores(model)(dense);
  const order = [...dense.keys()].sort((a, b) => (dense[b] ?? 0) - (dense[a] ?? 0));
  for (const [position, at] of order.entries()) {
    if (position > 0) expect(stays[at]).toBeLessThanOrEqual(stays[order[position - 1] ?? 0] ?? 0);
  }
});

it('is the same for the same seed, and survives its JSON form', async () => {
  expect(await fitTruncation(lists(300, 1), { seed: 3 })).toEqual(model);
  expect(loadTruncation(JSON.parse(JSON.stringify(truncationToJson(model))))).toEqual(model);
});

describe('refuses', () => {
  it.each([
    { why: 'weights of another width', change: { weight2: [1, 2] } },
    { why: 'a deviation of 0', change: { deviations: new Array(9).fill(0) } },
  ])('$why', ({ change }) => {
    const broken: TruncationModel = { ...model, ...change };
    expect(() => truncateList(broken)).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_OPTIONS' }));
  });

  it('lists without a relevant candidate, and labels that do not fit', async () => {
    const none = [{ dense: Float32Array.of(1), labels: Uint8Array.of(0) }];
    await expect(fitTruncation(none)).rejects.toMatchObject({ code: 'SLUICE_INVALID_INPUT' });
    const short = [{ dense: Float32Array.of(1, 2), labels: Uint8Array.of(1) }];
    await expect(fitTruncation(short)).rejects.toMatchObject({ row: 0 });
  });
});
