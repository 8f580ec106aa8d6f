import { fileURLToPath } from 'node:url';
import { type CallOptions, InvalidOptionsError } from '@sluice/core';
import { type SpladeEmbedder, type SpladeEmbedderOptions, spladeEmbedder } from '@sluice/embedders';
import { foundModel } from './found-model.js';
import type { HubSource } from './pull-model.js';
import { shippedModels } from './shipped-models.js';

/** Options of {@link openSpladeModel}. */
export interface OpenSpladeModelOptions
  extends Pick<SpladeEmbedderOptions, 'queries' | 'maxActiveDimensions' | 'threads'> {
  /**
   * Which weights of the folder. A model that ships has one form.
   * @default 'float32'
   */
  readonly precision?: 'float32' | 'int8' | undefined;
  /**
   * The hub that a name in the form `org/name` is asked of.
   * @default as in `openModel`
   */
  readonly hub?: HubSource | undefined;
}

/** A sparse embedder and how to name it when the index is opened again. */
export interface SpladeModel {
  /** The name of a shipped model, the absolute path of a folder, or `org/name@commit`. */
  readonly name: string;
  readonly precision?: 'float32' | 'int8';
  readonly embedder: SpladeEmbedder;
  /** Frees the model. A second call does nothing. */
  close(): Promise<void>;
}

/**
 * Opens a model with sparse vectors by name: `matryoshka-minilm`, which ships and has a sparse head beside its dense one,
 * the folder of a SPLADE model, or `org/name` at a hub.
 *
 * Whoever opens a model closes it.
 *
 * @throws {InvalidOptionsError} an option is out of range, or a shipped model has no sparse vectors
 * @throws {ModelFileError} the folder is no sparse encoder's
 * @throws {MissingPeerError} `onnxruntime-node` is not installed
 * @throws what `downloadModel` of `@sluice/inference/hub` throws, for a model that is fetched
 * @example const { embedder, close } = await openSpladeModel('matryoshka-minilm');
 */
export async function openSpladeModel(
  name: string,
  { precision, hub, ...options }: OpenSpladeModelOptions = {},
  call: Pick<CallOptions, 'signal' | 'onProgress'> = {},
): Promise<SpladeModel> {
  const shipped = shippedModels.find((model) => model.name === name);
  if (shipped && !shipped.vectors.includes('sparse')) throw withoutSparse(name);
  if (shipped && precision === 'float32') throw refused('precision', `'${name}' ships in int8 alone; leave it out`);
  const found = shipped
    ? { name, folder: fileURLToPath(await shipped.folder()) }
    : await foundModel(name, { precision, hub }, call);
  const form = shipped ? 'int8' : precision;
  const embedder = await spladeEmbedder({ model: found.folder, ...options, ...(form && { precision: form }) });
  return {
    name: found.name,
    ...(precision && { precision }),
    embedder,
    close: () => embedder.close(),
  };
}

function withoutSparse(name: string): InvalidOptionsError {
  const able = shippedModels.filter(({ vectors }) => vectors.includes('sparse')).map((model) => `'${model.name}'`);
  return refused('name', `'${name}' has no sparse vectors; use ${able.join(', ')}, or the folder of a SPLADE model`);
}

function refused(path: 'name' | 'precision', message: string): InvalidOptionsError {
  return new InvalidOptionsError({ owner: 'openSpladeModel', issues: [{ path, message }] });
}
