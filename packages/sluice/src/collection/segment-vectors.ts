import { type Embedder, InvalidOptionsError, type Matrix, paced } from '@sluice/core';
import { fitRotation, type LinearMap, mapRows, rotatedEmbedder } from '@sluice/embedders';
import { type AutoIndex, autoIndex } from '@sluice/retrievers';
import { nonZeroRows } from './non-zero-rows.js';
import { sampledRows } from './sampled-rows.js';

/** Documents at most that a rotation is fitted on, and which. */
const SAMPLE = 10_000;
const SEED = 1;

/** How vectors are made shorter; see `IndexOptions`. */
export interface ShorterVectors {
  readonly dimensions?: number | undefined;
  readonly rotation: 'fit' | LinearMap;
}

/** How the vectors of a segment are indexed. */
export interface VectorOptions {
  /** See `IndexOptions.dense`. */
  readonly recall: number;
  readonly shorter?: ShorterVectors | undefined;
}

/** The index of a segment, ready to be saved. */
export interface FinishedVectors {
  readonly index: AutoIndex;
  /** Whose vectors the index has: the model's, or the model's after the map. */
  readonly embedder: Embedder;
  /** By which the model's vectors went; saved beside the index. */
  readonly map?: LinearMap;
}

/** The vectors of a segment while its documents come in. */
export interface SegmentVectors {
  /** Documents that have a vector. */
  readonly size: number;
  /** Rows of documents from ordinal `base` on, as the model made them. Rows of zeros are left out. */
  add(base: number, vectors: Matrix, signal: AbortSignal | undefined): Promise<void>;
  finish(signal: AbortSignal | undefined): Promise<FinishedVectors>;
}

/** @throws {InvalidOptionsError} the rotation does not fit the model, or there are more dimensions than it has */
export function segmentVectors(embedder: Embedder, { recall, shorter }: VectorOptions): SegmentVectors {
  if (!shorter) return new IndexedVectors(embedder, recall);
  if (shorter.rotation !== 'fit') return new IndexedVectors(embedder, recall, shorter.rotation, shorter.dimensions);
  const { dimensions = embedder.dimensions } = shorter;
  if (dimensions <= embedder.dimensions) return new CollectedVectors(embedder, recall, dimensions);
  const message = `${dimensions} is more than the model's ${embedder.dimensions}`;
  throw new InvalidOptionsError({ owner: 'indexDocuments', issues: [{ path: 'dimensions', message }] });
}

/** Indexed as they come. */
class IndexedVectors implements SegmentVectors {
  readonly #embedder: Embedder;
  readonly #map: LinearMap | undefined;
  readonly #index: AutoIndex;

  constructor(embedder: Embedder, recall: number, map?: LinearMap, dimensions?: number) {
    this.#embedder = map ? rotatedEmbedder(embedder, map, { dimensions }) : embedder;
    this.#map = map;
    this.#index = autoIndex({ dimensions: this.#embedder.dimensions, similarity: embedder.similarity, recall });
  }

  get size(): number {
    return this.#index.size;
  }

  async add(base: number, vectors: Matrix, signal: AbortSignal | undefined): Promise<void> {
    const { positions, matrix } = nonZeroRows(await this.#mapped(vectors, signal));
    const ordinals = positions.map((at) => base + at);
    await paced(this.#index.addInSteps(ordinals, matrix), signal);
  }

  /** Measured here, so that no search has to. */
  async finish(signal: AbortSignal | undefined): Promise<FinishedVectors> {
    await paced(this.#index.calibrateInSteps(), signal);
    return { index: this.#index, embedder: this.#embedder, ...(this.#map && { map: this.#map }) };
  }

  async #mapped(vectors: Matrix, signal: AbortSignal | undefined): Promise<Matrix> {
    if (!this.#map) return vectors;
    const { dimensions, similarity } = this.#embedder;
    return paced(mapRows(vectors, this.#map, dimensions, similarity === 'cosine' ? 'unit' : 'own'), signal);
  }
}

/** Kept at full width until all are there: the rotation is fitted on them, and then they are indexed. */
class CollectedVectors implements SegmentVectors {
  readonly #embedder: Embedder;
  readonly #recall: number;
  readonly #dimensions: number;
  readonly #groups: { readonly base: number; readonly vectors: Matrix }[] = [];
  size = 0;

  constructor(embedder: Embedder, recall: number, dimensions: number) {
    this.#embedder = embedder;
    this.#recall = recall;
    this.#dimensions = dimensions;
  }

  async add(base: number, vectors: Matrix): Promise<void> {
    this.#groups.push({ base, vectors });
    this.size += nonZeroRows(vectors).positions.length;
  }

  async finish(signal: AbortSignal | undefined): Promise<FinishedVectors> {
    // Nothing to fit on: an index of no vectors is the model's own.
    if (this.size === 0) return new IndexedVectors(this.#embedder, this.#recall).finish(signal);
    const { dimensions: columns } = this.#embedder;
    const groups = this.#groups.map(({ vectors }) => vectors);
    const sample = await paced(sampledRows(groups, { columns, count: SAMPLE, seed: SEED }), signal);
    const map = await fitRotation(sample, { sample: SAMPLE, seed: SEED, ...(signal && { signal }) });
    const indexed = new IndexedVectors(this.#embedder, this.#recall, map, this.#dimensions);
    for (const { base, vectors } of this.#groups.splice(0)) await indexed.add(base, vectors, signal);
    return indexed.finish(signal);
  }
}
