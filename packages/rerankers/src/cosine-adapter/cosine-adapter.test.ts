import { rankingWith, testRelevanceFilter } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomAdapter } from './adapter.fixture.js';
import { adapterScores } from './adapter-scores.js';
import { cosineAdapter } from './cosine-adapter.js';
import { mapFamilies, mapOf, rawOf } from './score-map.js';

const model = randomAdapter('sqrt', 8);

describe.each(mapFamilies)('%s', (family) => {
  testRelevanceFilter('cosineAdapter', () => cosineAdapter(randomAdapter(family, 8), { threshold: 0 }));
});
testRelevanceFilter(
  'cosineAdapter of another source',
  () => cosineAdapter(randomAdapter('linear', 5), { threshold: 0, source: 'minilm', minKeep: 2 }),
  { queryDimensions: 5 },
);

const query = Float32Array.from({ length: 8 }, (_, at) => Math.sin(at));
const cosines = [0.9, 0.5, 0.1];

async function select(threshold: number, options: { minKeep?: number } = {}) {
  const ranking = rankingWith({ ids: ['a', 'b', 'c'], dense: cosines });
  const candidates = [{ query: { text: 'q' }, ranking, queryVectors: { dense: query } }];
  const [kept] = await cosineAdapter(model, { threshold, ...options }).select(candidates);
  return kept;
}

it('keeps what reaches the threshold, the boundary included, and shows the logits', async () => {
  const logits = adapterScores(model, {
    queries: { data: query, rows: 1, columns: 8 },
    offsets: Uint32Array.of(0, 3),
    cosines: Float32Array.from(cosines),
    labels: new Uint8Array(3),
  });
  const kept = await select(logits[1] ?? 0);
  expect(kept?.ids).toEqual(['a', 'b']);
  expect(kept?.sources['cosine-adapter']).toMatchObject({ scale: { name: 'logit' }, scores: logits.subarray(0, 2) });
  expect((await select(1e9))?.ids).toEqual([]);
  expect((await select(1e9, { minKeep: 2 }))?.ids).toEqual(['a', 'b']);
});

it('takes the threshold of its model, and refuses a model that has none', async () => {
  const candidates = [
    {
      query: { text: 'q' },
      ranking: rankingWith({ ids: ['a', 'b'], dense: [0.9, 0.1] }),
      queryVectors: { dense: query },
    },
  ];
  const [kept] = await cosineAdapter({ ...model, threshold: 1e9 }).select(candidates);
  expect(kept?.ids).toEqual([]);
  expect(() => cosineAdapter(model)).toThrow(expect.objectContaining({ path: 'threshold' }));
});

it('refuses a query vector of another length', async () => {
  const ranking = rankingWith({ ids: ['a'], dense: [0.5] });
  const candidates = [{ query: { text: 'q' }, ranking, queryVectors: { dense: new Float32Array(7) } }];
  const fields = { code: 'SLUICE_MISSING_SCORES', requirement: 'query.dense' };
  await expect(cosineAdapter(model, { threshold: 0 }).select(candidates)).rejects.toMatchObject(fields);
});

it.each([
  { why: 'missing', weights: {} },
  { why: 'of another length', weights: { ...model.weights, 'linear2.bias': new Float32Array(5) } },
  { why: 'not finite', weights: { ...model.weights, 'norm1.bias': new Float32Array(8).fill(Number.NaN) } },
])('refuses weights that are $why', ({ weights }) => {
  const refused = expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' });
  expect(() => cosineAdapter({ ...model, weights }, { threshold: 0 })).toThrow(refused);
});

it('finds the raw outputs of every map, however steep', () => {
  const map = fc.record({
    a: fc.double({ min: 1e-5, max: 1e6, noNaN: true }),
    b: fc.double({ min: -1e3, max: 1e3, noNaN: true }),
    k: fc.double({ min: 0.01, max: 1.99, noNaN: true }),
  });
  fc.assert(
    fc.property(map, (given) => {
      const again = mapOf('power', rawOf('power', given));
      for (const name of ['a', 'b', 'k'] as const) {
        // The raw outputs are float32: about 7 digits, of which a small `a` or a `k` near its ends loses some.
        expect(Math.abs(again[name] - given[name])).toBeLessThanOrEqual(2e-5 * Math.abs(given[name]) + 1e-6);
      }
    }),
  );
});
