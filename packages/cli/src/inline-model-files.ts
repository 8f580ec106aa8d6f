import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { InvalidInputError } from '@sluice/core';

/** Stages whose `model` may be named as a `file` beside the pipeline file. */
const STAGES: ReadonlySet<unknown> = new Set(['cosineAdapter', 'knnFilter', 'listAdapter', 'truncateList']);

/**
 * Puts the models that a pipeline file names by `file` in their place, so that what is built and written down is whole.
 *
 * @param value what the pipeline file says, not checked yet
 * @param from the pipeline file: names are relative to its folder
 * @throws {InvalidInputError} a file is missing or not JSON
 */
export async function inlineModelFiles(value: unknown, from: string): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((each) => inlineModelFiles(each, from)));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(
    async ([name, part]) => [name, await inlineModelFiles(part, from)] as const,
  );
  const { file, ...options }: Record<string, unknown> = Object.fromEntries(await Promise.all(entries));
  if (typeof file === 'string' && STAGES.has(options.type) && options.model === undefined) {
    return { ...options, model: await readModel(resolve(dirname(from), file)) };
  }
  return file === undefined ? options : { ...options, file };
}

async function readModel(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new InvalidInputError({ source: file }, 'it cannot be read as JSON', 'Name the file of a model.', { cause });
  }
}
