import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InvalidInputError } from '@sluice/core';

/**
 * Checks that a file can be made there, before the work that fills it.
 *
 * @throws {InvalidInputError} it is a folder, or the folder that it would be in is not there
 */
export async function expectWritableFile(file: string): Promise<void> {
  if (await isFolder(file)) {
    throw new InvalidInputError({ source: file }, 'it is a folder', 'Name a file to write.');
  }
  if (await isFolder(dirname(file))) return;
  throw new InvalidInputError({ source: file }, `there is no folder ${dirname(file)}`, 'Make it first.');
}

/** Writes texts or bytes under another name first, so that the file is whole or as it was. */
export async function replaceFile(
  file: string,
  pieces: Iterable<string | Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  const handle = await open(partial, 'w');
  try {
    for await (const piece of pieces) await handle.appendFile(piece);
    await handle.close();
    await rename(partial, file);
  } catch (error) {
    await handle.close();
    await rm(partial, { force: true });
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
