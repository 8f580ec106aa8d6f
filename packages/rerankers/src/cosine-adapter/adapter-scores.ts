import { pooledPrecisionRecallArea } from '@sluice/evaluation';
import type { AdapterData } from './adapter-data.js';
import { adapterNetwork } from './adapter-network.js';
import type { CosineAdapterModel } from './cosine-adapter-model.js';
import { logitOf, mapOf, type ScoreMap } from './score-map.js';

/** The maps of query vectors, one a row. */
export function mapsOf(model: CosineAdapterModel, queries: Float32Array, rows: number): ScoreMap[] {
  const network = adapterNetwork(model.weights, 0, () => 0);
  const raw = network.forward(queries, rows, 'inference');
  const outputs = rows === 0 ? 0 : raw.length / rows;
  return Array.from({ length: rows }, (_, row) => mapOf(model.family, raw, row * outputs));
}

/** Logits of all pairs, in the order of the data. */
export function adapterScores(model: CosineAdapterModel, { queries, offsets, cosines }: AdapterData): Float32Array {
  const scores = new Float32Array(cosines.length);
  for (const [query, map] of mapsOf(model, queries.data, queries.rows).entries()) {
    for (let at = offsets[query] ?? 0; at < (offsets[query + 1] ?? 0); at++)
      scores[at] = logitOf(map, cosines[at] ?? 0);
  }
  return scores;
}

/** Pooled PR AUC of scores. */
export function scoreArea(scores: Float32Array, labels: Uint8Array): number {
  const order = Uint32Array.from(labels, (_, at) => at).sort(
    (left, right) => (scores[right] ?? 0) - (scores[left] ?? 0),
  );
  const sorted = Uint8Array.from(order, (at) => labels[at] ?? 0);
  const relevant = sorted.reduce((sum, label) => sum + label, 0);
  return pooledPrecisionRecallArea({
    scores: Float64Array.from(order, (at) => scores[at] ?? 0),
    labels: sorted,
    retrieved: relevant,
    judged: relevant,
  });
}

/** Pooled PR AUC of the cosines as they are: what an adapter must beat. */
export function rawAreaOf({ cosines, labels }: AdapterData): number {
  return scoreArea(cosines, labels);
}
