import { type CallOptions, type Matrix, parseOptions } from '@sluice/core';
import { z } from 'zod';
import { readModelFolder, type TransformerFolder } from './folder/model-folder.js';
import type { ModelRegistry } from './model-registry.js';
import { type OpenModel, openModel, processModels } from './open-model.js';
import type { TextSource } from './pool/encode-call.js';
import { matrixAnswer, type RowShape } from './pool/matrix-answer.js';

/** The options of {@link openTextModel}, field by field, for factories that add their own. */
export type TextModelFields = {
  /** Folder of the model, as hubs lay it out. */
  readonly model: z.ZodString;
  /**
   * Which weights: `onnx/model.onnx` or `onnx/model_quantized.onnx`. Where the folder lacks it and has
   * `model.safetensors`, a graph is written from that, for BERT, RoBERTa, DistilBERT and MPNet.
   * @default 'float32'
   */
  readonly precision: z.ZodDefault<z.ZodEnum<{ float32: 'float32'; int8: 'int8' }>>;
  /**
   * Workers, each with a copy of the model in memory. 1 to 64.
   * @default 1
   */
  readonly workers: z.ZodDefault<z.ZodInt>;
  /**
   * Where workers run. A native fault in a thread ends the whole process; in a process of its own it ends that, the
   * calls whose texts it had get a {@link WorkerLostError}, and another takes its place. Costs a copy of what is sent.
   * Where an int8 graph has to be written from safetensors first, its ranges are measured in a thread of this process
   * either way.
   * @default 'thread'
   */
  readonly isolation: z.ZodDefault<z.ZodEnum<{ thread: 'thread'; process: 'process' }>>;
  /**
   * Threads of one run. 1 to 256.
   * @default the cores of the machine divided by `workers`, at most 8
   */
  readonly threads: z.ZodOptional<z.ZodInt>;
  /**
   * Tokens of one batch, padding included. Larger batches leave the processor's cache and are slower (at 2,048 by 8% in
   * float32 and 45% in int8), and a cancelled call waits for one.
   * @default 512
   */
  readonly maxBatchTokens: z.ZodDefault<z.ZodInt>;
  /**
   * Calls that may wait or run at once; more are refused.
   * @default 10000
   */
  readonly maxQueuedCalls: z.ZodDefault<z.ZodInt>;
  /**
   * Folder that keeps the graphs which are written from safetensors. May serve several processes.
   * @default `sluice/graphs` in the user's cache folder
   */
  readonly graphCache: z.ZodOptional<z.ZodString>;
};

/** Options of {@link openTextModel}. */
export type TextModelOptions = z.input<z.ZodObject<TextModelFields>>;

export const textModelOptions: z.ZodObject<TextModelFields, z.core.$strict> = z.strictObject({
  model: z.string().min(1),
  precision: z.enum(['float32', 'int8']).default('float32'),
  workers: z.int().min(1).max(64).default(1),
  isolation: z.enum(['thread', 'process']).default('thread'),
  threads: z.int().min(1).max(256).optional(),
  maxBatchTokens: z
    .int()
    .min(1)
    .max(2 ** 20)
    .default(512),
  maxQueuedCalls: z.int().min(1).default(10_000),
  graphCache: z.string().min(1).optional(),
});

/** A transformer model ready to encode. Shared: two handles on one model use the same workers. */
export interface TextModel {
  readonly folder: TransformerFolder;
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
   * @throws {WorkerLostError} the worker that had the texts ended by itself
   * @throws the signal's `reason`, once it has fired
   */
  encode(texts: TextSource, shape: RowShape, options?: CallOptions): Promise<Matrix>;

  /** Gives the handle back; the last one frees the model, after the batch under way. May be called twice. */
  close(): Promise<void>;
}

/**
 * Opens a model that turns texts into vectors. It runs in workers, tokenizing included:
 * threads of this process, or processes of their own.
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
  const model = await openModel({ head: 'pooled', ...parsed }, registry, async (folder) => {
    const { modules, ...transformer } = await readModelFolder(folder, parsed.precision);
    return { folder: transformer, head: { kind: 'pooled', ...modules } };
  });
  return {
    folder: model.folder,
    dimensions: model.dimensions,
    hash: model.hash,
    close: () => model.close(),
    get runs() {
      return model.runs;
    },
    encode: (texts, shape, callOptions) => model.encode(texts, matrixAnswer(shape), callOptions),
  };
}
