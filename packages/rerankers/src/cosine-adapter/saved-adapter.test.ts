import { rankingWith } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { randomAdapter } from './adapter.fixture.js';
import { cosineAdapter } from './cosine-adapter.js';
import { type CosineAdapterModel, shiftCosineAdapter } from './cosine-adapter-model.js';
import { cosineAdapterToJson, loadCosineAdapter } from './saved-adapter.js';
import { mapFamilies } from './score-map.js';

const model = { ...randomAdapter('power', 8), threshold: -0.5, embedder: 'some model' };
const written = (): Record<string, unknown> => JSON.parse(JSON.stringify(cosineAdapterToJson(model)));

it.each(mapFamilies)('of the family %s comes back to the last bit', (family) => {
  const given = randomAdapter(family, 5);
  expect(loadCosineAdapter(JSON.parse(JSON.stringify(cosineAdapterToJson(given))))).toEqual(given);
});

it('keeps how vectors enter; files that do not say are as published', () => {
  const whole = { ...randomAdapter('sqrt', 5), input: 'rms-norm' as const };
  const json = cosineAdapterToJson(whole);
  expect(loadCosineAdapter(JSON.parse(JSON.stringify(json)))).toEqual(whole);
  expect(Object.keys(written())).not.toContain('input');
  expect(() => loadCosineAdapter({ ...json, input: 'other' })).toThrow(expect.objectContaining({ path: 'input' }));
});

it('keeps its threshold and whom it was made for', () => {
  expect(loadCosineAdapter(written())).toEqual(model);
});

it.each([
  { why: 'another format', change: { format: 'other' } },
  { why: 'a version of tomorrow', change: { version: 2 } },
  { why: 'no family', change: { family: 'cubic' } },
  { why: 'a shape of other weights', change: { hidden: 7 } },
  { why: 'no weights', change: { weights: {} } },
  { why: 'weights that are not numbers', change: { weights: { ...Object(written().weights), 'norm1.bias': '!!' } } },
  { why: 'bytes that are no float32', change: { weights: { ...Object(written().weights), 'norm1.bias': 'QUJD' } } },
  { why: 'a field that nobody knows', change: { extra: 1 } },
])('refuses $why', ({ change }) => {
  expect(() => loadCosineAdapter({ ...written(), ...change })).toThrow(
    expect.objectContaining({ code: expect.stringMatching(/^SLUICE_INVALID_/) }),
  );
});

describe('a shifted adapter', () => {
  const vector = Float32Array.from({ length: 8 }, (_, at) => Math.cos(at));
  const candidates = [
    {
      query: { text: 'q' },
      ranking: rankingWith({ ids: ['a', 'b', 'c'], dense: [0.9, 0.4, 0.1] }),
      queryVectors: { dense: vector },
    },
  ];

  it('gives the same answer and moves every logit by the same', async () => {
    const [before] = await cosineAdapter(model, { minKeep: 3 }).select(candidates);
    const shifted = shiftCosineAdapter(model, { from: 1 / 32, to: 1 / 100 });
    const [after] = await cosineAdapter(shifted, { minKeep: 3 }).select(candidates);
    const logits = [before, after].map((ranking) => ranking?.sources['cosine-adapter']?.scores ?? []);
    for (const at of [0, 1, 2]) {
      const moved = (logits[1]?.[at] ?? 0) - (logits[0]?.[at] ?? 0);
      expect(moved).toBeCloseTo(Math.log(31 / 99), 5);
    }
    const kept = async (given: CosineAdapterModel) => (await cosineAdapter(given).select(candidates))[0]?.ids;
    expect(await kept(shifted)).toEqual(await kept(model));
  });
});
