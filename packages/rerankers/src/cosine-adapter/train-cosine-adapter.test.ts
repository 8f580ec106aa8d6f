import { pooledPrecisionRecallArea } from '@sluice/evaluation';
import { seededNormal } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import type { AdapterData } from './adapter-data.js';
import { adapterNetwork, initialWeights } from './adapter-network.js';
import { adapterScores, rawAreaOf, scoreArea } from './adapter-scores.js';
import { logitOf, mapFamilies, mapOf, rawOf } from './score-map.js';
import { lossSlope, trainCosineAdapter } from './train-cosine-adapter.js';

/**
 * Appendix A10 of the brief: cosine = .45 + o(q) + .1 c(q) (+-1 + .8 noise), with o = .25 tanh and c = exp(.5 tanh) of
 * random projections of the query.
 */
function synthetic(count: number, candidates: number, seed: number): AdapterData {
  const dimensions = 16;
  // The projections are the collection's; the seed draws its queries.
  const collection = seededNormal(77);
  const normal = seededNormal(seed);
  const draw = (length: number, from: () => number): Float32Array => Float32Array.from({ length }, () => from());
  const [shift, scale] = [draw(dimensions, collection), draw(dimensions, collection)];
  const queries = draw(count * dimensions, normal);
  const cosines = new Float32Array(count * candidates);
  const labels = new Uint8Array(count * candidates);
  for (let query = 0; query < count; query++) {
    const vector = queries.subarray(query * dimensions, (query + 1) * dimensions);
    const project = (by: Float32Array): number =>
      Math.tanh(vector.reduce((sum, value, at) => sum + value * (by[at] ?? 0), 0) / 2);
    const [offset, spread] = [0.25 * project(shift), Math.exp(0.5 * project(scale))];
    for (let at = query * candidates; at < (query + 1) * candidates; at++) {
      labels[at] = normal() > 1.28 ? 1 : 0;
      cosines[at] = 0.45 + offset + 0.1 * spread * ((labels[at] === 1 ? 1 : -1) + 0.8 * normal());
    }
  }
  const offsets = Uint32Array.from({ length: count + 1 }, (_, at) => at * candidates);
  return { queries: { data: queries, rows: count, columns: dimensions }, offsets, cosines, labels };
}

describe.each(mapFamilies)('%s', (family) => {
  it('has the gradient of finite differences through the map, on both signs', () => {
    const data: AdapterData = {
      queries: { data: Float32Array.of(1, 2), rows: 2, columns: 1 },
      offsets: Uint32Array.of(0, 3, 5),
      cosines: Float32Array.of(0.7, -0.3, 0, 0.2, -0.6),
      labels: Uint8Array.of(1, 0, 1, 0, 1),
    };
    const start = rawOf(family, { a: 1.5, b: -0.4, k: 0.8 });
    const raw = Float32Array.from([...start, ...start.map((value) => value + 0.3)]);
    const loss = (): number => {
      let sum = 0;
      for (let query = 0; query < 2; query++) {
        const map = mapOf(family, Float64Array.from(raw), query * start.length);
        for (let at = data.offsets[query] ?? 0; at < (data.offsets[query + 1] ?? 0); at++) {
          const logit = logitOf(map, data.cosines[at] ?? 0);
          sum += Math.log1p(Math.exp(logit)) - (data.labels[at] ?? 0) * logit;
        }
      }
      return sum / 5;
    };
    const slopes = lossSlope(family, data, raw);
    for (const [at, value] of raw.entries()) {
      raw[at] = value + 2 ** -10;
      const above = loss();
      raw[at] = value - 2 ** -10;
      const below = loss();
      raw[at] = value;
      expect(slopes[at]).toBeCloseTo((above - below) / 2 ** -9, 4);
    }
  });

  it('keeps the order of every query', () => {
    const data = synthetic(20, 30, 5);
    const shape = { family, dimensions: 16, hidden: 8 };
    const normal = seededNormal(1);
    const weights = initialWeights(shape, { a: 2, b: 0, k: 0.7 }, () => 0.3);
    for (const values of Object.values(weights))
      for (const at of values.keys()) values[at] = (values[at] ?? 0) + normal();
    const scores = adapterScores({ ...shape, weights }, data);
    for (let query = 0; query < 20; query++) {
      const from = query * 30;
      const order = Array.from({ length: 30 }, (_, at) => from + at).sort(
        (left, right) => (data.cosines[left] ?? 0) - (data.cosines[right] ?? 0),
      );
      for (const [at, pair] of order.entries()) {
        expect(scores[pair]).toBeGreaterThanOrEqual(at === 0 ? -Infinity : (scores[order[at - 1] ?? 0] ?? 0));
      }
    }
  });
});

it('begins at raw cosines: no pass gives the same PR AUC', async () => {
  const { validation, epochs } = await trainCosineAdapter(synthetic(100, 20, 9), { epochs: 0 });
  expect(validation.adapted).toBeCloseTo(validation.raw, 6);
  expect(epochs).toEqual({ made: 0, best: 0 });
});

it('learns the shift and scale of each query (the synthetic test of the brief)', async () => {
  const all = synthetic(1500, 30, 11);
  const { model } = await trainCosineAdapter(all, {
    family: 'linear',
    dropout: 0,
    epochs: 25,
    weightDecay: 1e-4,
  });
  const fresh = synthetic(1500, 30, 12);
  const adapted = scoreArea(adapterScores(model, fresh), fresh.labels);
  expect(adapted).toBeGreaterThan(rawAreaOf(fresh) + 0.15);
});

it('is the same for the same seed', async () => {
  const data = synthetic(60, 10, 3);
  const train = () => trainCosineAdapter(data, { epochs: 3, hidden: 8, seed: 4 });
  expect((await train()).model).toEqual((await train()).model);
});

it('drops nothing in inference', () => {
  const shape = { family: 'linear' as const, dimensions: 4, hidden: 6 };
  const weights = initialWeights(shape, { a: 1, b: 0, k: 1 }, () => 0.7);
  const network = adapterNetwork(weights, 0.9, () => 0);
  const query = Float32Array.of(1, 2, 3, 4);
  expect(network.forward(query, 1, 'inference')).toEqual(network.forward(query, 1, 'inference'));
});

it('measures the area as evaluation does', () => {
  const area = scoreArea(Float32Array.of(0.1, 0.9, 0.5), Uint8Array.of(1, 1, 0));
  const pool = { scores: Float64Array.of(0.9, 0.5, 0.1), labels: Uint8Array.of(1, 0, 1), retrieved: 2, judged: 2 };
  expect(area).toBeCloseTo(pooledPrecisionRecallArea(pool), 12);
});

it('ends with the signal', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(trainCosineAdapter(synthetic(20, 5, 1), { signal })).rejects.toThrow('enough');
});
