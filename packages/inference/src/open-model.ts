import { realpath } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { CallOptions } from '@sluice/core';
import { ClosedError } from './errors/closed-error.js';
import { ModelFileError } from './errors/model-file-error.js';
import type { HeadSpec } from './folder/head-spec.js';
import type { TransformerFolder } from './folder/model-folder.js';
import { withGraph } from './graph/with-graph.js';
import { hashModel } from './hash-model.js';
import { ModelRegistry } from './model-registry.js';
import type { AnswerKind } from './pool/answer.js';
import type { BatchRunner } from './pool/batch-runner.js';
import type { TextSource } from './pool/encode-call.js';
import { EncoderPool } from './pool/encoder-pool.js';
import { openEncoderWorker } from './pool/encoder-worker.js';
import { renewedRunner } from './pool/renewed-runner.js';
import type { Isolation } from './pool/worker-link.js';

/** What a model is made of: its transformer and what follows it. */
export interface ModelParts {
  readonly folder: TransformerFolder;
  readonly head: HeadSpec;
}

/** How a model runs, whatever it makes of texts. */
export interface RunSettings {
  readonly model: string;
  readonly workers: number;
  readonly isolation: Isolation;
  readonly threads?: number | undefined;
  readonly maxBatchTokens: number;
  readonly maxQueuedCalls: number;
  readonly graphCache?: string | undefined;
}

/** A pool with the facts that belong to it. */
export interface OpenModel extends ModelParts {
  readonly hash: string;
  readonly pool: EncoderPool;
  close(): Promise<void>;
}

/** The models that are open in this process: however often one is opened, it is in memory once. */
export const processModels: ModelRegistry<OpenModel> = new ModelRegistry();

/** One user's hold on an open model. */
export interface ModelHandle extends ModelParts {
  /** Columns of the vectors that the model makes. */
  readonly dimensions: number;
  readonly hash: string;
  readonly runs: number;
  /** @throws {ClosedError} the handle or the model was closed */
  encode<Answer>(texts: TextSource, kind: AnswerKind<Answer>, options?: CallOptions): Promise<Answer>;
  /** Gives the handle back; the last one frees the model, after the batch under way. May be called twice. */
  close(): Promise<void>;
}

/**
 * Opens a model, or takes a share in it where it is open.
 *
 * @param settings everything that makes one model different from another: they are the key under which it is shared
 * @param read what the folder says; given the folder's real path
 * @throws {ModelFileError} the folder lacks a file, or one is broken
 * @throws {MissingPeerError} `onnxruntime-node` is not installed
 */
export async function openModel<Settings extends RunSettings>(
  settings: Settings,
  registry: ModelRegistry<OpenModel>,
  read: (folder: string) => Promise<ModelParts>,
): Promise<ModelHandle> {
  const folder = await realpath(settings.model).catch((cause: unknown) => {
    throw new ModelFileError({ file: settings.model, problem: 'there is no such folder', cause });
  });
  const key = JSON.stringify({ ...settings, model: folder });
  const { value, release } = await registry.open(key, async () => {
    return start(await withGraph(await read(folder), settings.graphCache), settings);
  });
  let closed = false;
  return {
    folder: value.folder,
    head: value.head,
    dimensions: value.pool.dimensions,
    hash: value.hash,
    get runs() {
      return value.pool.runs;
    },
    async encode(texts, kind, callOptions) {
      if (closed) throw new ClosedError({ owner: folder });
      return value.pool.encode(texts, kind, callOptions);
    },
    close() {
      closed = true;
      return release();
    },
  };
}

async function start(parts: ModelParts, settings: RunSettings): Promise<OpenModel> {
  const [hashing, opening] = await Promise.allSettled([hashModel(parts), openRunners(parts, settings)]);
  if (opening.status === 'rejected') throw opening.reason;
  if (hashing.status === 'rejected') {
    await Promise.all(opening.value.map((runner) => runner.close()));
    throw hashing.reason;
  }
  const hash = hashing.value;
  const pool = new EncoderPool(parts.folder.folder, opening.value, {
    maxTokens: settings.maxBatchTokens,
    maxTexts: settings.maxBatchTokens,
    maxQueuedCalls: settings.maxQueuedCalls,
  });
  return { ...parts, hash, pool, close: () => pool.close() };
}

function threadsFor(workers: number): number {
  return Math.max(1, Math.min(8, Math.floor(availableParallelism() / workers)));
}

async function openRunners({ folder, head }: ModelParts, settings: RunSettings): Promise<BatchRunner[]> {
  const { workers, isolation, threads = threadsFor(workers) } = settings;
  const open = (): Promise<BatchRunner> => renewedRunner(() => openEncoderWorker({ folder, head, threads, isolation }));
  const opening = await Promise.allSettled(Array.from({ length: workers }, open));
  const failed = opening.find((result) => result.status === 'rejected');
  const runners = opening.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (!failed) return runners;
  await Promise.all(runners.map((runner) => runner.close()));
  throw failed.reason;
}
