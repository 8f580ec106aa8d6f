import { readFile } from 'node:fs/promises';
import { InvalidInputError, type StageSpec } from '@sluice/core';
import { parse } from 'yaml';
import { z } from 'zod';

const specSchema = z.looseObject({ type: z.string().min(1) }).pipe(z.custom<StageSpec>());

/**
 * Reads a pipeline that is written down as YAML or JSON; what it means is checked when it is built.
 *
 * @throws {InvalidInputError} it is neither, or not an object with a `type`
 */
export async function readPipelineFile(file: string): Promise<StageSpec> {
  const text = await readFile(file, 'utf8');
  const advice = 'Write an object with a type, as in docs/pipelines.md.';
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 });
  } catch (cause) {
    throw new InvalidInputError({ source: file }, 'it is neither YAML nor JSON', advice, { cause });
  }
  const spec = specSchema.safeParse(value);
  if (spec.success) return spec.data;
  throw new InvalidInputError({ source: file }, 'it is not a pipeline', advice, { cause: spec.error });
}

/** Whether a `--pipeline` means a file rather than a name. */
export function isPipelineFile(choice: string): boolean {
  return /\.(ya?ml|json)$/i.test(choice);
}

/** A `--pipeline` as collections take it: a name, or the file's content. */
export async function pipelineChoice(choice: string): Promise<string | StageSpec> {
  return isPipelineFile(choice) ? readPipelineFile(choice) : choice;
}
