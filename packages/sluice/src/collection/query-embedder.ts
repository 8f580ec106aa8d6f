import {
  type Embedder,
  FingerprintMismatchError,
  InvalidInputError,
  InvalidOptionsError,
  isSluiceError,
} from '@sluice/core';
import { loadLinearMap, rotatedEmbedder } from '@sluice/embedders';
import type { Segment } from '@sluice/store';
import { type NamedModel, type OpenModelOptions, openModel } from '../models/open-model.js';
import type { HubSource } from '../models/pull-model.js';
import { type CollectionSettings, parts } from './collection-settings.js';
import { deferredEmbedder } from './deferred-embedder.js';

/** Which model encodes the queries of a collection. */
export interface QueryModelOptions {
  /**
   * The embedder for queries, instead of opening the model that the collection names. Stays open: it is the caller's.
   */
  readonly embedder?: Embedder | undefined;
  /**
   * Name or folder of the model, where it is not where it was.
   * @default the one that the collection names
   */
  readonly model?: string | undefined;
  /**
   * The hub that a model with a hub's name is fetched from when it is not in its cache.
   * @default as in `openModel`
   */
  readonly hub?: HubSource | undefined;
}

/**
 * The embedder whose vectors the collection has: the caller's, or one that opens the model when it is needed, each
 * behind the map that the segment keeps, if it keeps one.
 *
 * @throws {FingerprintMismatchError} the caller's embedder is not the one that filled the index
 */
export async function queryEmbedder(
  segment: Segment | undefined,
  { dense: facts }: CollectionSettings,
  options: QueryModelOptions,
): Promise<Embedder | undefined> {
  if (!facts) return undefined;
  // The caller may hand in the very embedder that rotates.
  if (options.embedder?.fingerprint === facts.fingerprint) return withoutClose(options.embedder);
  if (!facts.rotated || !segment) return modelOf(facts, options);
  const model = modelOf({ ...facts, ...facts.rotated }, options);
  const map = await loadLinearMap(await segment.open(parts.map, { fingerprint: facts.fingerprint }));
  const rotated = rotatedEmbedder(model, map, { dimensions: facts.dimensions });
  if (rotated.fingerprint === facts.fingerprint) return rotated;
  throw new FingerprintMismatchError({ indexed: facts.fingerprint, loaded: rotated.fingerprint });
}

type DenseFacts = NonNullable<CollectionSettings['dense']>;

function modelOf(facts: DenseFacts, { embedder, model, hub }: QueryModelOptions): Embedder {
  if (embedder) {
    if (embedder.fingerprint !== facts.fingerprint) {
      throw new FingerprintMismatchError({ indexed: facts.fingerprint, loaded: embedder.fingerprint });
    }
    return withoutClose(embedder);
  }
  const { fingerprint, dimensions, similarity, precision } = facts;
  return deferredEmbedder({ fingerprint, dimensions, similarity }, async () => {
    const options = { dimensions, hub, ...(precision ? { precision } : {}) };
    return (await (model === undefined ? openNamed(facts.model, options) : openModel(model, options))).embedder;
  });
}

/** Opens the model that the collection names, or says how to name another place. */
async function openNamed(name: string, options: OpenModelOptions): Promise<NamedModel> {
  if (name === '') {
    const message = 'the collection was indexed with an embedder of your own; hand it in';
    throw new InvalidOptionsError({ owner: 'openCollection', issues: [{ path: 'embedder', message }] });
  }
  try {
    return await openModel(name, options);
  } catch (cause) {
    if (!isSluiceError(cause, 'SLUICE_INVALID_INPUT')) throw cause;
    const problem = 'the collection was indexed with this model, and it is not there now';
    const advice = 'Name its folder (`model`, or --model on the command line), or search with the bm25 pipeline.';
    throw new InvalidInputError({ source: name }, problem, advice, { cause });
  }
}

/** The caller's embedder is the caller's to close. */
function withoutClose(embedder: Embedder): Embedder {
  const { dimensions, similarity, fingerprint } = embedder;
  return {
    dimensions,
    similarity,
    fingerprint,
    encodeQueries: (texts, options) => embedder.encodeQueries(texts, options),
    encodeDocuments: (documents, options) => embedder.encodeDocuments(documents, options),
  };
}
