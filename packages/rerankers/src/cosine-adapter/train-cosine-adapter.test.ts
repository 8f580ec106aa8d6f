import { seededRandom } from '@sluice/core';
import { pooledPrecisionRecallArea, poolScores } from '@sluice/evaluation';
import { seededNormal } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { type AdapterData, pickSteps } from './adapter-data.js';
import { adapterNetwork, initialWeights } from './adapter-network.js';
import { adapterScores } from './adapter-scores.js';
import { checkpointToJson, loadCheckpoint } from './saved-checkpoint.js';
import { logitOf, mapFamilies, mapOf, rawOf } from './score-map.js';
import { type AdapterCheckpoint, lossSlope, trainCosineAdapter } from './train-cosine-adapter.js';

/**
 * A collection in which a shift and a scale of each query hide what is relevant: cosine = .45 + o(q) + .1 c(q) (+-1 + .8
 * noise), with o = .25 tanh and c = exp(.5 tanh) of random projections of the query, a unit vector.
 *
 * @param collection the seed of the projections; `seed` draws the queries and candidates
 */
function synthetic(count: number, candidates: number, seed: number, collection = 1): AdapterData {
  const dimensions = 16;
  const projections = seededNormal(collection);
  const normal = seededNormal(seed);
  const draw = (length: number, from: () => number): Float32Array => Float32Array.from({ length }, () => from());
  const [shift, scale] = [draw(dimensions, projections), draw(dimensions, projections)];
  const queries = draw(count * dimensions, normal);
  const cosines = new Float32Array(count * candidates);
  const labels = new Uint8Array(count * candidates);
  for (let query = 0; query < count; query++) {
    const vector = queries.subarray(query * dimensions, (query + 1) * dimensions);
    const length = Math.hypot(...vector);
    for (const [at, value] of vector.entries()) vector[at] = value / length;
    const project = (by: Float32Array): number =>
      Math.tanh(vector.reduce((sum, value, at) => sum + value * (by[at] ?? 0), 0));
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
    const slopes = new Float32Array(raw.length).fill(9);
    lossSlope({ family, data, picked: Uint32Array.of(0, 1), pairs: 5 }, raw, slopes);
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

// Decision 0028 has more draws, and why 77, which once stayed near .55, is among these.
it('raises PR AUC from about .42 to over .60 on queries that it has not seen: mean of seeds 1, 2, 3, and 77 alone', {
  timeout: 300_000,
}, async () => {
  const measured = async (seed: number) => {
    const fresh = synthetic(1000, 50, 10 + seed, seed);
    const areaOf = (scores: Float32Array): number => pooledPrecisionRecallArea(poolScores(scores, fresh.labels));
    // What is shipped, but a sixth of the passes.
    const { model } = await trainCosineAdapter(synthetic(2000, 50, 20 + seed, seed), { epochs: 10, seed });
    return { raw: areaOf(fresh.cosines), adapted: areaOf(adapterScores(model, fresh)) };
  };
  const found = { raw: 0, adapted: 0 };
  for (const seed of [1, 2, 3]) {
    const { raw, adapted } = await measured(seed);
    found.raw += raw / 3;
    found.adapted += adapted / 3;
  }
  expect(found.raw).toBeGreaterThan(0.38);
  expect(found.raw).toBeLessThan(0.48);
  expect(found.adapted).toBeGreaterThan(0.6);
  expect((await measured(77)).adapted).toBeGreaterThan(0.6);
});

it('is the same for the same seed', async () => {
  const data = synthetic(60, 10, 3);
  const train = () => trainCosineAdapter(data, { epochs: 3, hidden: 8, seed: 4 });
  expect((await train()).model).toEqual((await train()).model);
});

it('goes on after an interruption as if there had been none, to the last bit', async () => {
  const data = synthetic(60, 10, 3);
  const settings = { epochs: 4, hidden: 8, seed: 4 };
  const whole = await trainCosineAdapter(data, settings);
  let kept: unknown;
  const interrupted = new AbortController();
  const stopped = trainCosineAdapter(data, {
    ...settings,
    signal: interrupted.signal,
    onCheckpoint(checkpoint) {
      kept = JSON.parse(JSON.stringify(checkpointToJson(checkpoint)));
      if (checkpoint.made === 2) interrupted.abort(new Error('power cut'));
    },
  });
  await expect(stopped).rejects.toThrow('power cut');
  expect(await trainCosineAdapter(data, { ...settings, resume: loadCheckpoint(kept) })).toEqual(whole);
});

it('refuses to go on with the weights of another network', async () => {
  const data = synthetic(60, 10, 3);
  const checkpoints: AdapterCheckpoint[] = [];
  const keep = (checkpoint: AdapterCheckpoint): void => {
    checkpoints.push(loadCheckpoint(JSON.parse(JSON.stringify(checkpointToJson(checkpoint)))));
  };
  await trainCosineAdapter(data, { epochs: 1, hidden: 4, onCheckpoint: keep });
  const [narrow = expect.fail('a checkpoint')] = checkpoints;
  await trainCosineAdapter(data, { epochs: 1, hidden: 8, onCheckpoint: keep });
  const resumed = (resume: AdapterCheckpoint) => trainCosineAdapter(data, { epochs: 3, hidden: 8, resume });
  const refusal = { code: 'SLUICE_INVALID_INPUT' };
  await expect(resumed(narrow)).rejects.toMatchObject(refusal);
  const wide = checkpoints[1] ?? expect.fail('another');
  await expect(resumed({ ...wide, optimizer: narrow.optimizer })).rejects.toMatchObject(refusal);
  await expect(resumed({ ...wide, best: narrow.best })).rejects.toMatchObject(refusal);
});

it('drops nothing in inference', () => {
  const shape = { family: 'linear' as const, dimensions: 4, hidden: 6 };
  const weights = initialWeights(shape, { a: 1, b: 0, k: 1 }, seededRandom(1));
  weights['linear3.weight']?.fill(1);
  const query = Float32Array.of(1, 2, 3, 4);
  const [dropping, whole] = [0.9, 0].map((rate) => adapterNetwork({ weights }, rate, () => 0));
  expect(dropping?.forward(query, 1, 'inference')).toEqual(whole?.forward(query, 1, 'inference'));
  expect(dropping?.forward(query, 1, 'training')).not.toEqual(whole?.forward(query, 1, 'training'));
});

it('has the slope of a batch in its parts', () => {
  const data = synthetic(6, 5, 2);
  const raw = Float32Array.from({ length: 12 }, (_, at) => Math.sin(at));
  const slopeOf = (picked: readonly number[], from: number, to: number): Float32Array => {
    const slopes = new Float32Array(to - from);
    lossSlope({ family: 'linear', data, picked: Uint32Array.from(picked), pairs: 30 }, raw.subarray(from, to), slopes);
    return slopes;
  };
  const whole = slopeOf([5, 0, 1, 2, 3, 4], 0, 12);
  expect([...slopeOf([5, 0], 0, 4), ...slopeOf([1, 2, 3, 4], 4, 12)]).toEqual([...whole]);
  expect(whole.every((slope) => slope !== 0)).toBe(true);
});

it('picks many queries in steps, each with its vector and its pairs', () => {
  const data = synthetic(2000, 20, 8);
  const order = Uint32Array.from({ length: 2000 }, (_, at) => 1999 - at);
  const steps = pickSteps(data, order);
  let yields = 0;
  let step = steps.next();
  for (; !step.done; step = steps.next()) yields++;
  // Vectors, then the lengths of lists, then pairs, of 64 queries a step.
  expect(yields).toBe(3 * 31);
  const lists = Array.from(order, (query) => [data.offsets[query] ?? 0, data.offsets[query + 1] ?? 0] as const);
  const inOrder = (values: Float32Array | Uint8Array): number[] =>
    lists.flatMap(([a, b]) => [...values.subarray(a, b)]);
  const { columns } = data.queries;
  const vectors = Array.from(order, (query) => [...data.queries.data.subarray(query * columns, (query + 1) * columns)]);
  expect(step.value).toEqual({
    queries: { data: Float32Array.from(vectors.flat()), rows: 2000, columns },
    offsets: Uint32Array.from({ length: 2001 }, (_, at) => 20 * at),
    cosines: Float32Array.from(inOrder(data.cosines)),
    labels: Uint8Array.from(inOrder(data.labels)),
  });
});

it('lets others work while it trains', async () => {
  let turns = 0;
  let training = true;
  const count = (): void => {
    turns++;
    if (training) setImmediate(count);
  };
  setImmediate(count);
  // Two held out: what takes long is the passes.
  await trainCosineAdapter(synthetic(2000, 20, 8), { epochs: 6, hidden: 128, validation: 0.001 });
  training = false;
  expect(turns).toBeGreaterThan(20);
});

it('refuses what does not fit together, and options that it does not know', async () => {
  const data = synthetic(20, 5, 1);
  const refused = { code: 'SLUICE_INVALID_INPUT' };
  const broken: [string, Partial<AdapterData>][] = [
    ['labels', { labels: new Uint8Array(3) }],
    ['a label above 1', { labels: new Uint8Array(100).fill(2) }],
    ['cosines', { cosines: new Float32Array(100).fill(Number.NaN) }],
    ['offsets', { offsets: Uint32Array.of(0, 100) }],
    ['vectors', { queries: { data: new Float32Array(3), rows: 20, columns: 16 } }],
    ['one query', { queries: { data: new Float32Array(16), rows: 1, columns: 16 }, offsets: Uint32Array.of(0, 100) }],
    ['no relevant pair', { labels: new Uint8Array(100) }],
  ];
  for (const [what, part] of broken) {
    await expect(trainCosineAdapter({ ...data, ...part }), what).rejects.toMatchObject(refused);
  }
  const misspelt: object = { epoch: 3 };
  await expect(trainCosineAdapter(data, misspelt)).rejects.toMatchObject({ code: 'SLUICE_INVALID_OPTIONS' });
});

it('ends with the signal', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(trainCosineAdapter(synthetic(20, 5, 1), { signal })).rejects.toThrow('enough');
});
