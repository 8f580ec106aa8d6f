import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { InvalidInputError } from '@sluice/core';
import type { Directory } from '@sluice/files';
import { nodeDirectory } from '@sluice/files/node';

/**
 * Makes a folder as a whole: `work` fills one beside it, which takes its place when the work is done.
 *
 * Whatever goes wrong before that, the target is as it was and nothing is left beside it; what a killed process left is
 * cleared away by the next one.
 *
 * @throws {InvalidInputError} the target has files in it and `replace` is false
 * @throws {DirectoryLockedError} another process is making the same folder
 */
export async function replaceFolder<Result>(
  target: string,
  { replace }: { readonly replace: boolean },
  work: (directory: Directory) => Promise<Result>,
): Promise<Result> {
  const folder = resolve(target);
  const beside = (state: string): string => join(dirname(folder), `.${basename(folder)}.${state}`);
  const [partial, old] = [beside('partial'), beside('old')] as const;
  if (!replace && (await hasFiles(folder))) {
    const advice = 'Choose another folder, or replace it with --force.';
    throw new InvalidInputError({ source: target }, 'the folder is not empty', advice);
  }
  await mkdir(partial, { recursive: true });
  const directory = nodeDirectory(partial);
  const lock = await directory.lock('building');
  try {
    await clear(directory);
    const result = await work(directory);
    await lock.release();
    await rm(old, { recursive: true, force: true });
    if (await exists(folder)) await rename(folder, old);
    await rename(partial, folder);
    await rm(old, { recursive: true, force: true });
    return result;
  } catch (error) {
    await lock.release();
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function clear(directory: Directory): Promise<void> {
  for (const name of await directory.list()) await directory.remove(name);
}

async function exists(folder: string): Promise<boolean> {
  return (await entriesOf(folder)) !== undefined;
}

async function hasFiles(folder: string): Promise<boolean> {
  return ((await entriesOf(folder)) ?? []).length > 0;
}

async function entriesOf(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
