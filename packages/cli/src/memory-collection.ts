import type { CallOptions, Document, Retriever } from '@sluice/core';
import { memoryDirectory } from '@sluice/files';
import { type Collection, indexDocuments, openCollection, openModel } from 'sluice';
import { isPipelineFile, pipelineChoice } from './pipeline-file.js';

/** What is indexed, and with which model. */
export interface MemoryCollectionOptions extends Pick<CallOptions, 'signal' | 'onProgress'> {
  readonly documents: AsyncIterable<Document>;
  /** A model that ships, a model's folder, or `none`. */
  readonly model: string;
  readonly precision?: 'float32' | 'int8' | undefined;
  readonly dimensions?: number | undefined;
  /** Folder that remembers the vectors of a transformer. */
  readonly cache?: string | undefined;
}

/** Indexes documents in memory, hands the open collection to `work`, and closes everything however that ends. */
export async function withMemoryCollection<Result>(
  { documents, model: name, precision, dimensions, cache, signal, onProgress }: MemoryCollectionOptions,
  work: (collection: Collection) => Promise<Result>,
): Promise<Result> {
  const call = { ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) };
  const model = name === 'none' ? undefined : await openModel(name, { precision, dimensions, cache });
  try {
    const directory = memoryDirectory();
    await indexDocuments(documents, directory, { ...call, embedder: model?.embedder });
    const collection = await openCollection(directory, { embedder: model?.embedder });
    try {
      return await work(collection);
    } finally {
      await collection.close();
    }
  } finally {
    await model?.embedder.close?.();
  }
}

/** Pipelines by the name of their row: ready ones by name, written ones by file. */
export async function pipelinesOf(
  collection: Collection,
  choices: readonly string[],
): Promise<Record<string, Retriever>> {
  const pipelines: Record<string, Retriever> = {};
  for (const choice of choices) {
    const name = isPipelineFile(choice) ? choice.replace(/^.*[/\\]|\.[^.]+$/g, '') : choice;
    pipelines[name] = collection.pipeline(await pipelineChoice(choice));
  }
  return pipelines;
}
