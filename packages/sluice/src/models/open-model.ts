import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Embedder, InvalidInputError, InvalidOptionsError, parseOptions } from '@sluice/core';
import { cachedEmbedder, readStaticModel, staticEmbedder, transformerEmbedder } from '@sluice/embedders';
import { nodeDirectory } from '@sluice/files/node';
import { z } from 'zod';
import { shippedModels } from './shipped-models.js';

/** Options of {@link openModel}. */
export interface OpenModelOptions {
  /**
   * Which weights of a transformer's folder.
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
}

/** An embedder and how to name it when the index is opened again. */
export interface NamedModel {
  /** The name of a shipped model, or the absolute path of a folder. */
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
});

/**
 * Opens a model by name: one that ships (`static`), or the folder of a sentence-transformers model in ONNX form.
 *
 * Whoever opens a model closes it.
 *
 * @throws {InvalidInputError} there is neither a shipped model nor a folder of that name
 * @throws {InvalidOptionsError} an option is out of range, more dimensions are asked for than the model has, or a static model is
 *   asked for a precision
 * @throws {MissingPeerError} the model needs `onnxruntime-node`
 */
export async function openModel(name: string, options: OpenModelOptions = {}): Promise<NamedModel> {
  const { precision, dimensions, cache } = parseOptions(schema, options, 'openModel');
  const width = dimensions === undefined ? {} : { dimensions };
  const shipped = shippedModels.find((model) => model.name === name);
  const folder = shipped ? fileURLToPath(await shipped.folder()) : resolve(name);
  if (shipped || (await isStatic(folder, name))) {
    if (precision) throw staticPrecision(name);
    const model = await readStaticModel(folder);
    return named(shipped ? name : folder, staticEmbedder({ model, ...width }));
  }
  const embedder = await transformerEmbedder({ model: folder, ...width, ...(precision ? { precision } : {}) });
  const remembering = cache === undefined ? embedder : await cachedEmbedder(embedder, nodeDirectory(cache));
  return { ...named(folder, remembering), ...(precision ? { precision } : {}) };
}

function named(name: string, embedder: Embedder): NamedModel {
  return { name, embedder, close: async () => embedder.close?.() };
}

function staticPrecision(name: string): InvalidOptionsError {
  const message = `'${name}' is a static model, which has one form of weights; leave it out`;
  return new InvalidOptionsError({ owner: 'openModel', issues: [{ path: 'precision', message }] });
}

async function isStatic(folder: string, name: string): Promise<boolean> {
  try {
    const config: unknown = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
    return typeof config === 'object' && config !== null && 'type' in config && config.type === 'static';
  } catch (cause) {
    const names = shippedModels.map((model) => model.name).join(', ');
    const advice = `Name a shipped model (${names}) or a folder with a config.json.`;
    throw new InvalidInputError({ source: name }, 'there is no such model', advice, { cause });
  }
}
