import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ModelFileError } from '@sluice/inference/model-file-error';
import { parseStaticModel } from './parse-static-model.js';
import type { StaticModel } from './static-model.js';

/**
 * Reads a static model from its folder.
 *
 * @param folder a path, or a `file:` address such as the `modelFolder` of a model package
 * @throws {ModelFileError} a file is missing, damaged, or does not fit the others
 */
export async function readStaticModel(folder: string | URL): Promise<StaticModel> {
  const path = typeof folder === 'string' ? folder : fileURLToPath(folder);
  const config = parseJson(await read(join(path, 'config.json')), join(path, 'config.json'));
  const vocabulary = await read(join(path, 'vocab.txt'));
  const weights = await read(join(path, 'model.safetensors'));
  return parseStaticModel({ config, vocabulary, weights }, path);
}

async function read(file: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: unknown) => {
    throw new ModelFileError({ file, problem: 'the file cannot be read', cause });
  });
}

function parseJson(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ModelFileError({ file, problem: 'the file is not JSON', cause });
  }
}
