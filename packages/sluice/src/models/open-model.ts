import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CallOptions, type Embedder, InvalidInputError, InvalidOptionsError, parseOptions } from '@sluice/core';
import { cachedEmbedder, readStaticModel, staticEmbedder, transformerEmbedder } from '@sluice/embedders';
import { nodeDirectory } from '@sluice/files/node';
import { z } from 'zod';
import { foundModel } from './found-model.js';
import type { HubSource } from './pull-model.js';
import { shippedModels } from './shipped-models.js';

/** Options of {@link openModel}. */
export interface OpenModelOptions {
  /**
   * Which weights of a transformer's folder. A model that ships has one form.
   * @default 'float32'
   */
  readonly precision?: 'float32' | 'int8' | undefined;
  /**
   * Leading dimensions to keep, rows scaled to length 1 again.
   * @default all
   */
  readonly dimensions?: number | undefined;
  /**
   * Folder that remembers the vectors of a transformer, so that no text is encoded twice.
   * @default none
   */
  readonly cache?: string | undefined;
  /**
   * The hub that a name in the form `org/name` is asked of, and the folder that keeps its models.
   * @default Hugging Face, without a token; `.cache/sluice/models` in the home folder
   */
  readonly hub?: HubSource | undefined;
}

/** An embedder and how to name it when the index is opened again. */
export interface NamedModel {
  /** The name of a shipped model, the absolute path of a folder, or `org/name@commit`. */
  readonly name: string;
  /** Which weights of a transformer's folder. */
  readonly precision?: 'float32' | 'int8';
  readonly embedder: Embedder;
  /** Frees the model. A second call does nothing. */
  close(): Promise<void>;
}

const schema = z.strictObject({
  precision: z.enum(['float32', 'int8']).optional(),
  dimensions: z.int().positive().optional(),
  cache: z.string().min(1).optional(),
  // Checked where it is used.
  hub: z.custom<HubSource>((value) => typeof value === 'object' && value !== null).optional(),
});

/**
 * Opens a model by name: one that ships (`static`, `matryoshka-minilm`), the folder of a sentence-transformers model in ONNX form, or
 * `org/name` at a hub, where there is no folder of that name; it is fetched unless the hub's cache has it.
 *
 * Whoever opens a model closes it.
 *
 * @throws {InvalidInputError} the name is neither a shipped model's nor a folder, and has not the form of a hub's
 * @throws {InvalidOptionsError} an option is out of range, more dimensions are asked for than the model has, or a model
 *   with one form of weights is asked for another
 * @throws {MissingPeerError} the model needs `onnxruntime-node`
 * @throws what `downloadModel` of `@sluice/inference/hub` throws, for a model that is fetched
 */
export async function openModel(
  name: string,
  options: OpenModelOptions = {},
  call: Pick<CallOptions, 'signal' | 'onProgress'> = {},
): Promise<NamedModel> {
  const { precision, dimensions, cache, hub } = parseOptions(schema, options, 'openModel');
  const width = dimensions === undefined ? {} : { dimensions };
  const shipped = shippedModels.find((model) => model.name === name);
  const found = shipped
    ? { name, folder: fileURLToPath(await shipped.folder()) }
    : await foundModel(name, { precision, hub }, call);
  if (shipped ? shipped.kind === 'static' : await isStatic(found.folder, name)) {
    if (precision) throw onlyForm(name, 'a static model has one form of weights; leave it out');
    return named(found.name, staticEmbedder({ model: await readStaticModel(found.folder), ...width }));
  }
  if (shipped && precision === 'float32') throw onlyForm(name, 'it ships in int8 alone; leave it out');
  const form = shipped ? 'int8' : precision;
  const embedder = await transformerEmbedder({ model: found.folder, ...width, ...(form ? { precision: form } : {}) });
  const remembering = cache === undefined ? embedder : await remembered(embedder, cache);
  return { ...named(found.name, remembering), ...(precision ? { precision } : {}) };
}

/** Closes the embedder where its cache cannot be opened: nobody else has it yet. */
async function remembered(embedder: Embedder, cache: string): Promise<Embedder> {
  try {
    return await cachedEmbedder(embedder, nodeDirectory(cache));
  } catch (error) {
    await embedder.close?.();
    throw error;
  }
}

function named(name: string, embedder: Embedder): NamedModel {
  return { name, embedder, close: async () => embedder.close?.() };
}

function onlyForm(name: string, message: string): InvalidOptionsError {
  return new InvalidOptionsError({
    owner: 'openModel',
    issues: [{ path: 'precision', message: `'${name}': ${message}` }],
  });
}

async function isStatic(folder: string, name: string): Promise<boolean> {
  try {
    const config: unknown = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
    return typeof config === 'object' && config !== null && 'type' in config && config.type === 'static';
  } catch (cause) {
    const names = shippedModels.map((model) => model.name).join(', ');
    const advice = `Name a shipped model (${names}), a folder with a config.json, or a model at a hub as org/name.`;
    throw new InvalidInputError({ source: name }, 'there is no such model', advice, { cause });
  }
}
