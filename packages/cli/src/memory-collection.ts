import type { CallOptions, Document, Embedder, Retriever } from '@sluice/core';
import { memoryDirectory } from '@sluice/files';
import {
  type Collection,
  indexDocuments,
  type NamedModel,
  openCollection,
  openModel,
  openSpladeModel,
  type SparseModelReference,
  type SpladeModel,
  shippedModels,
} from 'sluice';
import type { FieldWeights } from './arguments.js';
import { hubFrom } from './hub-environment.js';
import { type AskedPipeline, buildPipeline } from './pipeline-file.js';
import type { RerankerModels } from './rerankers.js';

/** What names a model on the command line. */
export interface ModelChoice {
  /** A model that ships, a model's folder, `org/name` at a hub, or `none`. */
  readonly model: string;
  readonly precision?: 'float32' | 'int8' | undefined;
  readonly dimensions?: number | undefined;
  /** Folder that remembers the vectors of a transformer. */
  readonly cache?: string | undefined;
}

/** What is indexed, and with which model. */
export interface MemoryCollectionOptions
  extends ModelChoice,
    Partial<RerankerModels>,
    Pick<CallOptions, 'signal' | 'onProgress'> {
  readonly documents: AsyncIterable<Document>;
  /** A model with sparse vectors, as `openSpladeModel` takes it; none: the collection has no `splade` source. */
  readonly sparse?: string | undefined;
  /** Fields whose words are weighed apart; none: title and text are one. */
  readonly fields?: FieldWeights | undefined;
  /** What will run over it; refused before anything is indexed. */
  readonly pipelines?: readonly AskedPipeline[];
}

/** Opens the model of a choice, hands it to `work`, and closes it however that ends; `none` opens nothing. */
export async function withModel<Result>(
  { model: name, precision, dimensions, cache }: ModelChoice,
  work: (model: NamedModel | undefined) => Promise<Result>,
  call: Pick<CallOptions, 'signal' | 'onProgress'> = {},
): Promise<Result> {
  const options = { precision, dimensions, cache, hub: hubFrom(process.env) };
  const model = name === 'none' ? undefined : await openModel(name, options, call);
  try {
    return await work(model);
  } finally {
    await model?.embedder.close?.();
  }
}

/** Indexes documents in memory, hands the open collection to `work`, and closes everything however that ends. */
export function withMemoryCollection<Result>(
  {
    documents,
    sparse: sparseName,
    fields,
    pipelines = [],
    crossEncoders = [],
    lateModels = [],
    signal,
    onProgress,
    ...choice
  }: MemoryCollectionOptions,
  work: (collection: Collection) => Promise<Result>,
): Promise<Result> {
  const call = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  return withModel(
    choice,
    (model) =>
      withSparse(sparseName, choice.precision, call, async (sparse) => {
        const models = { fields, embedder: model?.embedder, crossEncoders, lateModels, sparse };
        await expectPipelines(pipelines, models);
        return withIndexed(documents, { ...call, ...models }, work);
      }),
    call,
  );
}

/** Opens a model with sparse vectors, hands it to `work`, and closes it however that ends; no name opens nothing. */
export async function withSparse<Result>(
  name: string | undefined,
  precision: ModelChoice['precision'],
  call: Pick<CallOptions, 'signal' | 'onProgress'>,
  work: (model: SpladeModel | undefined) => Promise<Result>,
): Promise<Result> {
  const hub = hubFrom(process.env);
  const form = precision && !isShipped(name) ? { precision } : {};
  const model = name === undefined ? undefined : await openSpladeModel(name, { ...form, hub }, call);
  try {
    return await work(model);
  } finally {
    await model?.close();
  }
}

/** A shipped model has one form, whatever is asked of the dense one. */
function isShipped(name: string | undefined): boolean {
  return shippedModels.some((model) => model.name === name);
}

/**
 * Builds pipelines over a collection without documents, so that mistakes are told before hours of indexing.
 *
 * @throws what `buildPipeline` throws
 */
export function expectPipelines(pipelines: readonly AskedPipeline[], models: CollectionModels): Promise<void> {
  return withIndexed([], models, async (empty) => {
    for (const asked of pipelines) buildPipeline(empty, asked);
  });
}

/** The models that a collection in memory works with. */
export interface CollectionModels extends Partial<RerankerModels> {
  readonly embedder: Embedder | undefined;
  readonly fields?: FieldWeights | undefined;
  readonly sparse?: SparseModelReference | undefined;
}

async function withIndexed<Result>(
  documents: AsyncIterable<Document> | Iterable<Document>,
  { crossEncoders, lateModels, fields, ...options }: Pick<CallOptions, 'signal' | 'onProgress'> & CollectionModels,
  work: (collection: Collection) => Promise<Result>,
): Promise<Result> {
  const directory = memoryDirectory();
  await indexDocuments(documents, directory, { ...options, ...(fields && { bm25: { fields } }) });
  const collection = await openCollection(directory, {
    embedder: options.embedder,
    sparseEmbedder: options.sparse?.embedder,
    crossEncoders,
    lateModels,
  });
  try {
    return await work(collection);
  } finally {
    await collection.close();
  }
}

/** Pipelines by the name of their row. */
export function pipelinesOf(collection: Collection, asked: readonly AskedPipeline[]): Record<string, Retriever> {
  return Object.fromEntries(asked.map((each) => [each.name, buildPipeline(collection, each)]));
}
