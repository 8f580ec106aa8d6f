import { createHash, type Hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { ModelFileError } from './errors/model-file-error.js';

const chunkBytes = 2 ** 20;

/**
 * The sha256 of files one after the other and a text at the end, in hexadecimal. Read piece by piece into one buffer,
 * so a model of any size costs no memory.
 *
 * @throws {ModelFileError} a file cannot be read
 */
export async function hashFiles(files: readonly string[], text: string): Promise<string> {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafeSlow(chunkBytes);
  for (const file of files) await addFile(hash, file, chunk);
  return hash.update(text).digest('hex');
}

async function addFile(hash: Hash, file: string, chunk: Buffer): Promise<void> {
  try {
    const handle = await open(file);
    try {
      for (;;) {
        const { bytesRead } = await handle.read(chunk, 0, chunk.length);
        if (bytesRead === 0) return;
        hash.update(chunk.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new ModelFileError({ file, problem: 'the file cannot be read', cause });
  }
}
