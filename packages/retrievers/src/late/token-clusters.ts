import { seededRandom, shuffled } from '@sluice/core';
import type { Points } from '@sluice/kernels';
import { CentroidTiles } from '../dense/clustering/centroid-tiles.js';
import { kMeansSteps } from '../dense/clustering/k-means.js';
import type { LateIndexSettings } from './late-index-options.js';
import type { MultiVectorStore } from './multi-vector-store.js';

const MOST_CLUSTERS = 65_536;
const CLUSTERS_PER_ROOT = 4;
/** Rows decoded in a step. */
const BLOCK_ROWS = 64;

/** Centroids of token vectors, and which of them each document has vectors near. */
export interface TokenClusters {
  /** Row-major. */
  readonly centroids: Float32Array;
  readonly count: number;
  /** Centroids of the document in slot s, ascending, each once: `codes[offsets[s]]` to `codes[offsets[s + 1] - 1]`. */
  readonly offsets: Uint32Array;
  readonly codes: Uint16Array;
}

/**
 * Clusters the token vectors of a store, by distance, in steps of a few milliseconds.
 *
 * Source: PLAID, arXiv 2205.09707, which keeps each vector's centroid; here a document keeps each of its centroids once.
 * Cost: vectors x clusters x dimensions multiplications, and as many a round for those looked at in training.
 */
export function* clusterTokens(
  store: MultiVectorStore,
  settings: LateIndexSettings,
): Generator<undefined, TokenClusters> {
  const { dimensions: width } = store;
  const wanted = settings.clusters === 'auto' ? CLUSTERS_PER_ROOT * Math.sqrt(store.vectors) : settings.clusters;
  const clusters = Math.max(1, Math.min(MOST_CLUSTERS, Math.ceil(wanted)));
  const { memory } = store.rows;
  if (store.vectors === 0) {
    const none = { centroids: new Float32Array(width), count: 1, codes: new Uint16Array(0) };
    return { ...none, offsets: new Uint32Array(store.size + 1) };
  }
  const points = yield* sampleSteps(store, clusters * settings.trainingVectors, settings.seed);
  const { centroids, count } = yield* kMeansSteps(points, {
    ...{ memory, clusters, metric: 'euclidean', seeding: 'sample' },
    iterations: settings.iterations,
    seed: settings.seed,
  });
  const tiles = new CentroidTiles(memory, 'euclidean', { data: centroids, count, stride: width, from: 0, width });
  try {
    return { centroids, count, ...(yield* assignSteps(store, tiles)) };
  } finally {
    tiles.close();
  }
}

function* sampleSteps(store: MultiVectorStore, limit: number, seed: number): Generator<undefined, Points> {
  const { dimensions: width, vectors } = store;
  const count = Math.min(limit, vectors);
  const chosen = shuffled(vectors, seededRandom(seed)).subarray(0, count).sort();
  const data = new Float32Array(count * width);
  for (const [at, row] of chosen.entries()) {
    data.set(store.decoded(row, row + 1).data, at * width);
    if (at % BLOCK_ROWS === 0) yield;
  }
  return { data, count, stride: width, from: 0, width };
}

function* assignSteps(
  store: MultiVectorStore,
  tiles: CentroidTiles,
): Generator<undefined, Pick<TokenClusters, 'offsets' | 'codes'>> {
  const { dimensions: width, vectors } = store;
  const nearest = new Uint32Array(vectors);
  for (let start = 0; start < vectors; start += BLOCK_ROWS) {
    const { data, rows } = store.decoded(start, Math.min(vectors, start + BLOCK_ROWS));
    const points = { data, count: rows, stride: width, from: 0, width };
    yield* tiles.nearestInSteps(points, nearest.subarray(start, start + rows));
  }
  const offsets = new Uint32Array(store.size + 1);
  const codes = new Uint16Array(vectors);
  let next = 0;
  for (let slot = 0; slot < store.size; slot++) {
    const own = nearest.slice(store.offsets[slot], store.offsets[slot + 1]).sort();
    for (const [at, code] of own.entries()) if (code !== own[at - 1]) codes[next++] = code;
    offsets[slot + 1] = next;
    if (slot % BLOCK_ROWS === 0) yield;
  }
  return { offsets, codes: codes.slice(0, next) };
}
