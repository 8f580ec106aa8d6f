import { open } from 'node:fs/promises';
import type { z } from 'zod';
import { ModelFileError } from '../errors/model-file-error.js';

/** Where a JSON file lies, and how large it may be. */
export interface JsonFile {
  readonly path: string;
  /** Larger files are refused before they are read. */
  readonly maxBytes: number;
}

/**
 * A JSON file from outside, checked against `schema`.
 *
 * @returns `undefined` when there is no such file
 * @throws {ModelFileError} too large, not UTF-8, not JSON, or not what the schema says
 */
export async function readJsonFile<Output>(file: JsonFile, schema: z.ZodType<Output>): Promise<Output | undefined> {
  const text = await readText(file);
  if (text === undefined) return undefined;
  const result = schema.safeParse(parseJson(text, file.path));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.map(String).join('.') || 'the whole file';
  throw new ModelFileError({ file: file.path, problem: `${field} is not valid: ${issue?.message}` });
}

async function readText({ path, maxBytes }: JsonFile): Promise<string | undefined> {
  const handle = await open(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw new ModelFileError({ file: path, problem: 'the file cannot be opened', cause });
  });
  if (!handle) return undefined;
  try {
    const { size } = await handle.stat();
    if (size > maxBytes)
      throw new ModelFileError({ file: path, problem: `${size} bytes, at most ${maxBytes} are read` });
    return new TextDecoder('utf-8', { fatal: true }).decode(await handle.readFile());
  } catch (cause) {
    if (cause instanceof ModelFileError) throw cause;
    throw new ModelFileError({ file: path, problem: 'the file cannot be read as UTF-8 text', cause });
  } finally {
    await handle.close();
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ModelFileError({ file: path, problem: 'the file is not JSON', cause });
  }
}
