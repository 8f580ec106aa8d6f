import { fileURLToPath } from 'node:url';
import { type CallOptions, InvalidInputError, InvalidOptionsError, parseOptions } from '@sluice/core';
import { openPairModel } from '@sluice/inference';
import { isHubName } from '@sluice/inference/hub';
import {
  type CrossEncoder,
  type CrossEncoderOptions,
  crossEncoder,
  crossEncoderOptions,
  type ScoringModel,
} from '@sluice/rerankers';
import { z } from 'zod';
import { foundModel } from './found-model.js';
import { isFolder } from './is-folder.js';
import type { HubSource } from './pull-model.js';
import { shippedCrossEncoders } from './shipped-cross-encoders.js';

/** Options of {@link openCrossEncoder}: how it scores, and how it runs. */
export interface OpenCrossEncoderOptions extends CrossEncoderOptions {
  /**
   * Which weights. A model that ships has one form, int8.
   * @default 'float32'
   */
  readonly precision?: 'float32' | 'int8' | undefined;
  /**
   * Workers, each with a copy of the model in memory. 1 to 64.
   * @default 1
   */
  readonly workers?: number | undefined;
  /**
   * Threads of one run. 1 to 256.
   * @default the cores of the machine divided by `workers`, at most 8
   */
  readonly threads?: number | undefined;
  /**
   * The hub that a name in the form `org/name` is asked of, and the folder that keeps its models.
   * @default Hugging Face, without a token; `.cache/sluice/models` in the home folder
   */
  readonly hub?: HubSource | undefined;
}

/** A cross-encoder and how to name it when a pipeline is read again. */
export interface NamedCrossEncoder {
  /** The name of a shipped model, the absolute path of a folder, or `org/name@commit`. */
  readonly name: string;
  /** As it was asked for. */
  readonly asked: string;
  /** Which weights of a folder or a repository. */
  readonly precision?: 'float32' | 'int8';
  /** Share that its scores deserve beside those of what it reranks, above 0: of a shipped model as its card says, else 1. */
  readonly weight: number;
  /** For further rerankers with other options. */
  readonly model: ScoringModel;
  readonly reranker: CrossEncoder;
  /** Frees the model. A second call does nothing. */
  close(): Promise<void>;
}

const schema = crossEncoderOptions.partial().extend({
  precision: z.enum(['float32', 'int8']).optional(),
  workers: z.int().optional(),
  threads: z.int().optional(),
  // Checked where it is used.
  hub: z.custom<HubSource>((value) => typeof value === 'object' && value !== null).optional(),
});

/**
 * Opens a cross-encoder by name: one that ships, the folder of a sequence classifier, or `org/name` at a hub, where
 * there is no folder of that name; it is fetched unless the hub's cache has it.
 *
 * Whoever opens it closes it. A model that ships is read as its card says, but for options that are given.
 *
 * @throws {InvalidInputError} the name is neither a shipped model's nor a folder, and has not the form of a hub's
 * @throws {InvalidOptionsError} an option is out of range, or a shipped model is asked for float32
 * @throws {ModelFileError} the folder lacks a file, or holds another kind of model
 * @throws {MissingPeerError} `onnxruntime-node` is not installed
 * @throws what `downloadModel` of `@sluice/inference/hub` throws, for a model that is fetched
 * @example
 * const { reranker, close } = await openCrossEncoder('cross-encoder/ms-marco-MiniLM-L6-v2');
 * const [best] = await reranker.rank('who let the water in?', passages, { topK: 1 });
 */
export async function openCrossEncoder(
  name: string,
  options: OpenCrossEncoderOptions = {},
  call: Pick<CallOptions, 'signal' | 'onProgress'> = {},
): Promise<NamedCrossEncoder> {
  parseOptions(schema, options, 'openCrossEncoder');
  const { precision, workers, threads, hub, ...scoring } = options;
  const shipped = shippedCrossEncoders.find((model) => model.name === name);
  if (shipped && precision === 'float32') throw onlyInt8(name);
  if (!shipped) await expectFound(name);
  const found = shipped
    ? { name, folder: fileURLToPath(await shipped.folder()) }
    : await foundModel(name, { precision, hub }, call);
  const form = shipped ? 'int8' : precision;
  const opened = await openPairModel({
    model: found.folder,
    ...(form && { precision: form }),
    ...(workers === undefined ? {} : { workers }),
    ...(threads === undefined ? {} : { threads }),
  });
  const { labels, activation } = opened;
  const kept = precision ? { precision } : {};
  const model: ScoringModel = {
    ...{ name: found.name, labels, activation, ...kept },
    score: (pairs, callOptions) => opened.score(pairs, callOptions),
  };
  try {
    const reranker = crossEncoder(model, { ...shipped?.scoring, ...scoring });
    const weight = shipped?.weight ?? 1;
    return { name: found.name, asked: name, ...kept, weight, model, reranker, close: () => opened.close() };
  } catch (error) {
    // Nobody else has it yet.
    await opened.close();
    throw error;
  }
}

/** A folder here goes before a hub; what is neither a folder nor a hub's name is refused. */
/** @throws {InvalidInputError} it is neither a folder, nor of the form of a hub's name */
async function expectFound(name: string): Promise<void> {
  if (isHubName(name) || (await isFolder(name))) return;
  const ships = shippedCrossEncoders.map((model) => model.name).join(', ') || 'none yet';
  const advice = `Name one that ships (${ships}), a folder with a config.json, or a model at a hub as org/name.`;
  throw new InvalidInputError({ source: name }, 'there is no such cross-encoder', advice);
}

function onlyInt8(name: string): InvalidOptionsError {
  const message = `'${name}': it ships in int8 alone; leave it out`;
  return new InvalidOptionsError({ owner: 'openCrossEncoder', issues: [{ path: 'precision', message }] });
}
