import {
  type CallOptions,
  type Embedder,
  InvalidInputError,
  InvalidOptionsError,
  type Retriever,
  type SparseEmbedder,
  type VectorIndex,
} from '@sluice/core';
import type { Directory } from '@sluice/files';
import {
  dense,
  flatIndex,
  type ImpactIndex,
  ImpactIndexBuilder,
  type ImpactRetriever,
  loadAutoIndex,
  loadFlatIndex,
  loadImpact,
  splade,
} from '@sluice/retrievers';
import { openStore, type Segment, type Snapshot } from '@sluice/store';
import type { NamedCrossEncoder } from '../models/open-cross-encoder.js';
import type { NamedLateModel } from '../models/open-late-model.js';
import type { Collection } from './collection.js';
import { type CollectionSettings, parts, readSettings } from './collection-settings.js';
import { directoryOf } from './directory-of.js';
import { openLexical } from './lexical-index.js';
import { OpenCollection } from './open-collection-reader.js';
import { type QueryModelOptions, queryEmbedder } from './query-embedder.js';
import { type QuerySparseModelOptions, querySparseEmbedder } from './query-sparse-embedder.js';
import type { SourceMaker } from './stage-types.js';
import { type NamingEmbedder, withTermTexts } from './term-texts.js';

/** Options of {@link openCollection}. */
export interface OpenCollectionOptions extends Pick<CallOptions, 'signal'>, QueryModelOptions, QuerySparseModelOptions {
  /**
   * Cross-encoders that pipelines may name which are written down, under their name or the one that they were asked for
   * by. They stay open: they are the caller's.
   * @default none
   */
  readonly crossEncoders?: readonly NamedCrossEncoder[] | undefined;
  /**
   * Late interaction models that pipelines may name which are written down, likewise.
   * @default none
   */
  readonly lateModels?: readonly NamedLateModel[] | undefined;
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
    const embedder = await queryEmbedder(onlySegment(snapshot), settings, options);
    const sparse = querySparseEmbedder(settings, options);
    const models = { embedder, sparse, crossEncoders: options.crossEncoders, lateModels: options.lateModels };
    const sources = await openSources(snapshot, settings, models);
    return new OpenCollection({ snapshot, maker: sources, embedder, sparse, standard: settings.pipeline });
  } catch (error) {
    await snapshot.close();
    throw error;
  }
}

/** The models that a collection works with. */
interface OpenModels {
  readonly sparse: NamingEmbedder | undefined;
  readonly embedder: Embedder | undefined;
  readonly crossEncoders: readonly NamedCrossEncoder[] | undefined;
  readonly lateModels: readonly NamedLateModel[] | undefined;
}

async function openSources(
  snapshot: Snapshot,
  { bm25: words }: CollectionSettings,
  { embedder, sparse, crossEncoders = [], lateModels = [] }: OpenModels,
): Promise<SourceMaker> {
  const { space } = snapshot;
  const segment = onlySegment(snapshot);
  const bitmapOf: Snapshot['matching'] = (filter) => snapshot.matching(filter);
  const lexical = await openLexical(segment, words, { space, bitmapOf });
  const vectors = embedder && (await openVectors(segment, embedder));
  const denseWith =
    vectors &&
    ((recall?: number): Retriever =>
      dense({ index: vectors, embedder, space, bitmapOf, indexed: embedder.fingerprint, ...(recall && { recall }) }));
  const found = denseWith?.();
  const impacts = sparse && (await openImpacts(segment, sparse));
  return {
    ...lexical,
    dense({ recall } = {}) {
      if (found && denseWith) return recall === undefined ? found : denseWith(recall);
      const message = 'the collection was indexed without vectors; index it again with a `model` (--model)';
      throw new InvalidOptionsError({ owner: 'dense', issues: [{ path: '', message }] });
    },
    crossEncoder(asked) {
      const open = openAmong(crossEncoders, asked);
      if (open) return { ...open.model, name: asked.model };
      const advice = 'open it with openCrossEncoder, and the collection with crossEncoders';
      throw notOpen('cross-encoder', asked.model, advice);
    },
    lateModel(asked) {
      const open = openAmong(lateModels, asked);
      if (open) return open.embedder;
      throw notOpen('late-interaction', asked.model, 'open it with openLateModel, and the collection with lateModels');
    },
    splade(parameters = {}): ImpactRetriever {
      if (impacts && sparse)
        return withTermTexts(splade({ index: impacts, embedder: sparse, space, bitmapOf, ...parameters }), sparse);
      const message = 'the collection was indexed without sparse vectors; index it again with `sparse` (--sparse)';
      throw new InvalidOptionsError({ owner: 'splade', issues: [{ path: '', message }] });
    },
  };
}

/** The model of that name, or of that name when it was asked for, with these weights if any are named. */
function openAmong<Model extends NamedCrossEncoder | NamedLateModel>(
  models: readonly Model[],
  { model, precision }: Parameters<SourceMaker['crossEncoder']>[0],
): Model | undefined {
  const named = models.filter(({ name, asked }) => name === model || asked === model);
  return named.find((each) => each.precision === precision) ?? (precision === undefined ? named[0] : undefined);
}

function notOpen(owner: string, model: string, advice: string): InvalidOptionsError {
  return new InvalidOptionsError({ owner, issues: [{ path: 'model', message: `'${model}' is not open; ${advice}` }] });
}

async function openImpacts(
  segment: Segment | undefined,
  { fingerprint, vocabularySize }: SparseEmbedder,
): Promise<ImpactIndex> {
  if (!segment) return new ImpactIndexBuilder({ fingerprint, vocabularySize }).build();
  return loadImpact(await segment.open(parts.splade, { fingerprint }));
}

async function openVectors(
  segment: Segment | undefined,
  { fingerprint, dimensions, similarity }: Embedder,
): Promise<VectorIndex> {
  if (!segment) return flatIndex({ dimensions, similarity });
  const saved = await segment.open(parts.dense, { fingerprint });
  // The first collections have a flat index, which leaves nothing to choose.
  return saved.kind === 'flat' ? loadFlatIndex(saved) : loadAutoIndex(saved);
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
