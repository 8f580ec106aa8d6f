import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Embedder, InvalidInputError, parseOptions } from '@sluice/core';
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
  readonly embedder: Embedder;
}

const schema = z.strictObject({
  precision: z.enum(['float32', 'int8']).optional(),
  dimensions: z.int().positive().optional(),
  cache: z.string().min(1).optional(),
});

/**
 * Opens a model by name: one that ships (`static`), or the folder of a sentence-transformers model in ONNX form.
 *
 * Whoever opens an embedder closes it.
 *
 * @throws {InvalidInputError} there is neither a shipped model nor a folder of that name
 * @throws {InvalidOptionsError} an option is out of range, or more dimensions are asked for than the model has
 * @throws {MissingPeerError} the model needs `onnxruntime-node`
 */
export async function openModel(name: string, options: OpenModelOptions = {}): Promise<NamedModel> {
  const { precision, dimensions, cache } = parseOptions(schema, options, 'openModel');
  const width = dimensions === undefined ? {} : { dimensions };
  const shipped = shippedModels.find((model) => model.name === name);
  if (shipped) {
    const model = await readStaticModel(fileURLToPath(await shipped.folder()));
    return { name, embedder: staticEmbedder({ model, ...width }) };
  }
  const folder = resolve(name);
  if (await isStatic(folder, name)) {
    return { name: folder, embedder: staticEmbedder({ model: await readStaticModel(folder), ...width }) };
  }
  const embedder = await transformerEmbedder({ model: folder, ...width, ...(precision ? { precision } : {}) });
  return {
    name: folder,
    embedder: cache === undefined ? embedder : await cachedEmbedder(embedder, nodeDirectory(cache)),
  };
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
