import { readFile } from 'node:fs/promises';
import { type CallOptions, InvalidInputError, isSluiceError, type Pipeline, type StageSpec } from '@sluice/core';
import { type Collection, storedPipeline } from 'sluice';
import { parse } from 'yaml';
import { z } from 'zod';
import { inlineModelFiles } from './inline-model-files.js';

/** A `--pipeline` before there is a collection to build it over. */
export interface AskedPipeline {
  /** The name of its row or run: that of a ready one, or of the file without folder and ending. */
  readonly name: string;
  readonly choice: string | StageSpec;
  /** Where it was read; absent for a ready one. */
  readonly file?: string;
}

const specSchema = z.looseObject({ type: z.string().min(1) }).pipe(z.custom<StageSpec>());

/**
 * Takes a `--pipeline` as a name, or reads the YAML or JSON file that it is.
 *
 * @throws {InvalidInputError} the file is neither YAML nor JSON, or not an object with a `type`
 */
export async function askedPipeline(text: string): Promise<AskedPipeline> {
  if (!/\.(ya?ml|json)$/i.test(text)) return { name: text, choice: text };
  return { name: text.replace(/^.*[/\\]|\.[^.]+$/g, ''), choice: await readPipelineFile(text), file: text };
}

/** Several of them, each under a name of its own: where two files share one, their paths. */
export async function askedPipelines(texts: readonly string[]): Promise<AskedPipeline[]> {
  const asked = await Promise.all(texts.map(askedPipeline));
  const short = new Set(asked.map(({ name }) => name));
  return short.size === asked.length ? asked : asked.map((each) => ({ ...each, name: each.file ?? each.name }));
}

/** What answers when an index is searched, as far as it may name models: what was asked for, else the index's own. */
export async function answeringPipelines(
  folder: string,
  asked: AskedPipeline | undefined,
  call: Pick<CallOptions, 'signal'>,
): Promise<Pick<AskedPipeline, 'choice'>[]> {
  const choice = asked?.choice ?? (await storedPipeline(folder, call));
  return choice === undefined ? [] : [{ choice }];
}

/** Reads a pipeline that is written down; what it means is checked when it is built. */
async function readPipelineFile(file: string): Promise<StageSpec> {
  const text = await readFile(file, 'utf8');
  const advice = 'Write an object with a type, as in docs/pipelines.md.';
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 });
  } catch (cause) {
    throw new InvalidInputError({ source: file }, 'it is neither YAML nor JSON', advice, { cause });
  }
  const spec = specSchema.safeParse(await inlineModelFiles(value, file));
  if (spec.success) return spec.data;
  throw new InvalidInputError({ source: file }, 'it is not a pipeline', advice, { cause: spec.error });
}

/**
 * Builds a pipeline over a collection; what is wrong with a written one is told with the file's name.
 *
 * @throws {InvalidOptionsError} there is no ready pipeline of that name
 * @throws {InvalidInputError} the file's stages or options are wrong
 */
export function buildPipeline(collection: Collection, { choice, file }: AskedPipeline): Pipeline {
  try {
    return collection.pipeline(choice);
  } catch (error) {
    if (file === undefined || !isSluiceError(error)) throw error;
    const problem = error.message.slice(0, -error.advice.length).trim().replace(/\.$/, '');
    throw new InvalidInputError({ source: file }, problem, 'See docs/pipelines.md.', { cause: error });
  }
}
