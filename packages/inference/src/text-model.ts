import { realpath } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { type CallOptions, type Matrix, matrix, parseOptions } from '@sluice/core';
import { z } from 'zod';
import { ClosedError } from './errors/closed-error.js';
import { ModelFileError } from './errors/model-file-error.js';
import { type ModelFolder, readModelFolder } from './folder/model-folder.js';
import { hashFiles } from './hash-files.js';
import { ModelRegistry } from './model-registry.js';
import type { BatchRunner } from './pool/batch-runner.js';
import type { RowShape, TextSource } from './pool/encode-call.js';
import { EncoderPool } from './pool/encoder-pool.js';
import { openEncoderWorker } from './pool/encoder-worker.js';

/** The options of {@link openTextModel}, field by field, for factories that add their own. */
export type TextModelFields = {
  /** Folder of the model, as hubs lay it out. */
  readonly model: z.ZodString;
  /**
   * Which weights: `onnx/model.onnx` or `onnx/model_quantized.onnx`.
   * @default 'float32'
   */
  readonly precision: z.ZodDefault<z.ZodEnum<{ float32: 'float32'; int8: 'int8' }>>;
  /**
   * Worker threads, each with a copy of the model in memory. 1 to 64.
   * @default 1
   */
  readonly workers: z.ZodDefault<z.ZodInt>;
  /**
   * Threads of one run. 1 to 256.
   * @default the cores of the machine divided by `workers`, at most 8
   */
  readonly threads: z.ZodOptional<z.ZodInt>;
  /**
   * Tokens of one batch, padding included. Larger batches are no faster, and a cancelled call waits for one.
   * @default 2048
   */
  readonly maxBatchTokens: z.ZodDefault<z.ZodInt>;
  /**
   * Calls that may wait or run at once; more are refused.
   * @default 10000
   */
  readonly maxQueuedCalls: z.ZodDefault<z.ZodInt>;
};

/** Options of {@link openTextModel}. */
export type TextModelOptions = z.input<z.ZodObject<TextModelFields>>;

export const textModelOptions: z.ZodObject<TextModelFields, z.core.$strict> = z.strictObject({
  model: z.string().min(1),
  precision: z.enum(['float32', 'int8']).default('float32'),
  workers: z.int().min(1).max(64).default(1),
  threads: z.int().min(1).max(256).optional(),
  maxBatchTokens: z
    .int()
    .min(1)
    .max(2 ** 20)
    .default(2048),
  maxQueuedCalls: z.int().min(1).default(10_000),
});

/** A transformer model ready to encode. Shared: two handles on one model use the same workers. */
export interface TextModel {
  readonly folder: ModelFolder;
  /** Columns of the rows that the model makes. */
  readonly dimensions: number;
  /** sha256 of weights, tokenizer, pooling and what follows it: two models with the same one make the same rows. */
  readonly hash: string;
  /** Batches that were run so far, for all handles together. */
  readonly runs: number;

  /**
   * One row for each text, in their order. Texts are cut to the model's length.
   *
   * In float32 a row does not depend on the texts encoded with it (to 1e-6). In int8 it does, a little: activations
   * are quantized over the whole batch.
   *
   * @throws {ClosedError} the handle or the model was closed
   * @throws {QueueFullError} too many calls wait already
   * @throws {InferenceError} the model could not be run
   * @throws the signal's `reason`, once it has fired
   */
  encode(texts: TextSource, shape: RowShape, options?: CallOptions): Promise<Matrix>;

  /** Gives the handle back; the last one frees the model, after the batch under way. May be called twice. */
  close(): Promise<void>;
}

/** A pool with the facts that belong to it. */
export interface OpenModel {
  readonly folder: ModelFolder;
  readonly hash: string;
  readonly pool: EncoderPool;
  close(): Promise<void>;
}

/** The models that are open in this process: however often one is opened, it is in memory once. */
export const processModels: ModelRegistry<OpenModel> = new ModelRegistry();

/**
 * Opens a model that turns texts into vectors. It runs in worker threads, tokenizing included.
 *
 * @param registry where models are shared; one of your own shares nothing with the rest of the process
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {ModelFileError} the folder lacks a file, or one is broken
 * @throws {MissingPeerError} `onnxruntime-node` is not installed
 */
export async function openTextModel(
  options: TextModelOptions,
  registry: ModelRegistry<OpenModel> = processModels,
): Promise<TextModel> {
  const parsed = parseOptions(textModelOptions, options, 'openTextModel');
  const folder = await realpath(parsed.model).catch((cause: unknown) => {
    throw new ModelFileError({ file: parsed.model, problem: 'there is no such folder', cause });
  });
  const settings = { ...parsed, model: folder };
  const { value, release } = await registry.open(JSON.stringify(settings), () => openModel(settings));
  let closed = false;
  return {
    folder: value.folder,
    dimensions: value.pool.dimensions,
    hash: value.hash,
    get runs() {
      return value.pool.runs;
    },
    async encode(texts, shape, callOptions) {
      if (closed) throw new ClosedError({ owner: folder });
      return matrix(await value.pool.encode(texts, shape, callOptions), shape.columns);
    },
    close() {
      closed = true;
      return release();
    },
  };
}

async function openModel(settings: z.output<typeof textModelOptions>): Promise<OpenModel> {
  const folder = await readModelFolder(settings.model, settings.precision);
  const threads = settings.threads ?? threadsFor(settings.workers);
  const [hash, runners] = await Promise.all([hashModel(folder), openRunners(folder, settings.workers, threads)]);
  const pool = new EncoderPool(settings.model, runners, {
    maxTokens: settings.maxBatchTokens,
    maxTexts: settings.maxBatchTokens,
    maxQueuedCalls: settings.maxQueuedCalls,
  });
  return { folder, hash, pool, close: () => pool.close() };
}

function threadsFor(workers: number): number {
  return Math.max(1, Math.min(8, Math.floor(availableParallelism() / workers)));
}

async function openRunners(folder: ModelFolder, workers: number, threads: number): Promise<BatchRunner[]> {
  const opening = await Promise.allSettled(Array.from({ length: workers }, () => openEncoderWorker(folder, threads)));
  const failed = opening.find((result) => result.status === 'rejected');
  const runners = opening.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (!failed) return runners;
  await Promise.all(runners.map((runner) => runner.close()));
  throw failed.reason;
}

/** Paths and names stay out: a model that was moved is the same model. */
async function hashModel(folder: ModelFolder): Promise<string> {
  const { poolings, steps, promptTokens } = folder.modules;
  const layers = steps.flatMap((step) => (step.kind === 'dense' ? [step.file] : []));
  const facts = {
    maxTokens: folder.maxTokens,
    casing: folder.casing,
    paddingSide: folder.paddingSide,
    paddingId: folder.paddingId,
    poolings,
    promptTokens,
    steps: steps.map((step) => (step.kind === 'dense' ? [step.inputs, step.outputs, step.activation] : step.kind)),
  };
  return hashFiles([folder.weightsFile, folder.tokenizerFile, ...layers], JSON.stringify(facts));
}
