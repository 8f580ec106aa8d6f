import { readFile } from 'node:fs/promises';
import { InvalidInputError, isSluiceError } from '@sluice/core';
import { type CosineAdapterModel, loadCosineAdapter } from '@sluice/rerankers';

/**
 * Reads a Cosine Adapter that `sluice train` wrote.
 *
 * @throws {InvalidInputError} the file is not one
 */
export async function readAdapterFile(file: string): Promise<CosineAdapterModel> {
  const text = await readFile(file, 'utf8');
  try {
    return loadCosineAdapter(JSON.parse(text));
  } catch (cause) {
    if (!isSluiceError(cause) && !(cause instanceof SyntaxError)) throw cause;
    const advice = 'Write it with sluice train cosine-adapter.';
    throw new InvalidInputError({ source: file }, 'it is not a Cosine Adapter', advice, { cause });
  }
}
