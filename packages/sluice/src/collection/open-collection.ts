import {
  type CallOptions,
  type Embedder,
  FingerprintMismatchError,
  InvalidInputError,
  InvalidOptionsError,
  isSluiceError,
  type Retriever,
} from '@sluice/core';
import type { Directory } from '@sluice/files';
import {
  type Bm25Index,
  Bm25IndexBuilder,
  type Bm25Retriever,
  bm25,
  dense,
  englishAnalyzer,
  flatIndex,
  loadBm25,
  loadFlatIndex,
} from '@sluice/retrievers';
import { openStore, type Segment, type Snapshot } from '@sluice/store';
import { type NamedModel, type OpenModelOptions, openModel } from '../models/open-model.js';
import type { HubSource } from '../models/pull-model.js';
import type { Collection } from './collection.js';
import { type CollectionSettings, parts, readSettings } from './collection-settings.js';
import { deferredEmbedder } from './deferred-embedder.js';
import { directoryOf } from './directory-of.js';
import { OpenCollection } from './open-collection-reader.js';
import type { SourceMaker } from './stage-types.js';

/** Options of {@link openCollection}. */
export interface OpenCollectionOptions extends Pick<CallOptions, 'signal'> {
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
 * Opens a collection for searching: what `indexDocuments` or `sluice index` wrote.
 *
 * The model is opened when a query is first encoded.
 *
 * @param place a folder, or a directory of `@sluice/files`
 * @throws {StoreNotFoundError} there is no collection
 * @throws {CorruptFileError} a file is damaged
 * @throws {FingerprintMismatchError} the given embedder is not the one that filled the index
 * @example
 * const collection = await openCollection('index');
 * const passages = await collection.search('how are ties broken?', { topK: 3 });
 * await collection.close();
 */
export async function openCollection(
  place: string | Directory,
  options: OpenCollectionOptions = {},
): Promise<Collection> {
  options.signal?.throwIfAborted();
  const directory = directoryOf(place);
  const snapshot = await openStore(directory);
  try {
    const settings = readSettings(snapshot.settings, directory.name);
    const embedder = embedderOf(settings, options);
    const sources = await openSources(snapshot, settings, embedder);
    return new OpenCollection({ snapshot, maker: sources, embedder, standard: settings.pipeline });
  } catch (error) {
    await snapshot.close();
    throw error;
  }
}

function embedderOf(
  { dense: facts }: CollectionSettings,
  { embedder, model, hub }: OpenCollectionOptions,
): Embedder | undefined {
  if (!facts) return undefined;
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

async function openSources(
  snapshot: Snapshot,
  { bm25: { k1, b } }: CollectionSettings,
  embedder: Embedder | undefined,
): Promise<SourceMaker> {
  const { space } = snapshot;
  const segment = onlySegment(snapshot);
  const analyzer = englishAnalyzer();
  const index = segment ? await openBm25(segment, analyzer.fingerprint) : new Bm25IndexBuilder(analyzer).build();
  const bitmapOf: Snapshot['matching'] = (filter) => snapshot.matching(filter);
  const vectors = embedder && (await openVectors(segment, embedder));
  const found: Retriever | undefined =
    vectors && embedder && dense({ index: vectors, embedder, space, bitmapOf, indexed: embedder.fingerprint });
  return {
    bm25: (parameters): Bm25Retriever => bm25({ index, space, analyzer, bitmapOf, k1, b, ...parameters }),
    dense() {
      if (found) return found;
      const message = 'the collection was indexed without vectors; index it again with a model';
      throw new InvalidOptionsError({ owner: 'dense', issues: [{ path: '', message }] });
    },
  };
}

async function openBm25(segment: Segment, fingerprint: string): Promise<Bm25Index> {
  return loadBm25(await segment.open(parts.bm25, { fingerprint }));
}

async function openVectors(segment: Segment | undefined, { fingerprint, dimensions, similarity }: Embedder) {
  if (!segment) return flatIndex({ dimensions, similarity });
  return loadFlatIndex(await segment.open(parts.dense, { fingerprint }));
}

/** Statistics across segments are for the release that adds documents to a collection; this one writes one segment. */
function onlySegment({ segments, space }: Snapshot): Segment | undefined {
  if (segments.length <= 1) return segments[0];
  const problem = `the collection has ${segments.length} segments`;
  throw new InvalidInputError(
    { source: space.name },
    problem,
    'This release searches one; index the source as a whole.',
  );
}
