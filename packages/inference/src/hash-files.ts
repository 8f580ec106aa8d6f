import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { ModelFileError } from './errors/model-file-error.js';

/**
 * The sha256 of files one after the other and a text at the end, in hexadecimal. Read as streams, so a model of
 * any size costs no memory.
 *
 * @throws {ModelFileError} a file cannot be read
 */
export async function hashFiles(files: readonly string[], text: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) await addFile(hash, file);
  return hash.update(text).digest('hex');
}

async function addFile(hash: Hash, file: string): Promise<void> {
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(chunk);
  } catch (cause) {
    throw new ModelFileError({ file, problem: 'the file cannot be read', cause });
  }
}
