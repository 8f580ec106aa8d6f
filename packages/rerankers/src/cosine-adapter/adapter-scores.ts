import { paced, unpaced } from '@sluice/core';
import { pooledScoresAreaSteps } from '@sluice/evaluation';
import type { Layer } from '../network/layer.js';
import type { AdapterData } from './adapter-data.js';
import { type AdapterShape, adapterNetwork } from './adapter-network.js';
import type { CosineAdapterModel } from './cosine-adapter-model.js';
import { logitOf, mapOf, type ScoreMap } from './score-map.js';

/** Queries in one step: a fraction of a millisecond with the default width, and some milliseconds before it is compiled. */
const STEP = 4;

/** How a network's outputs are read. */
export type MapReading = Pick<AdapterShape, 'family' | 'slope'>;

/** The network of a model, for inference: without dropout. */
export function inferenceNetwork(model: CosineAdapterModel): Layer {
  return adapterNetwork(model, 0, () => 0);
}

/**
 * The maps of query vectors, in steps.
 *
 * @param queries rows x dimensions, row-major
 */
export function* mapsOf(
  network: Layer,
  { family, slope }: MapReading,
  queries: Float32Array,
  rows: number,
): Generator<void, ScoreMap[]> {
  const maps: ScoreMap[] = [];
  const dimensions = queries.length / rows;
  for (let from = 0; from < rows; from += STEP) {
    const to = Math.min(from + STEP, rows);
    const raw = network.forward(queries.subarray(from * dimensions, to * dimensions), to - from, 'inference');
    const outputs = raw.length / (to - from);
    for (let row = 0; row < to - from; row++) maps.push(mapOf(family, raw, row * outputs, slope));
    yield;
  }
  return maps;
}

/** Logits of all pairs, in the order of the data. About 20 us a query and 30 ns a pair; at once. */
export function adapterScores(model: CosineAdapterModel, data: AdapterData): Float32Array {
  return unpaced(scoreSteps(inferenceNetwork(model), model, data));
}

function* scoreSteps(
  network: Layer,
  reading: MapReading,
  { queries, offsets, cosines }: AdapterData,
): Generator<void, Float32Array> {
  const scores = new Float32Array(cosines.length);
  const maps = yield* mapsOf(network, reading, queries.data, queries.rows);
  for (const [query, map] of maps.entries()) {
    const to = offsets[query + 1] ?? 0;
    for (let at = offsets[query] ?? 0; at < to; at++) scores[at] = logitOf(map, cosines[at] ?? 0);
    yield;
  }
  return scores;
}

/** Pooled PR AUC of the network's logits, giving up the event loop in between. */
export async function adaptedArea(
  network: Layer,
  reading: MapReading,
  data: AdapterData,
  signal?: AbortSignal,
): Promise<number> {
  const scores = await paced(scoreSteps(network, reading, data), signal);
  return paced(pooledScoresAreaSteps(scores, data.labels), signal);
}

/** Pooled PR AUC of the cosines as they are: what an adapter must beat. */
export async function rawArea({ cosines, labels }: AdapterData, signal?: AbortSignal): Promise<number> {
  return paced(pooledScoresAreaSteps(cosines, labels), signal);
}
