import { mkdir, readdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { InvalidInputError } from '@sluice/core';
import type { Directory } from '@sluice/files';
import { nodeDirectory } from '@sluice/files/node';

/** How {@link replaceFolder} treats a folder that is there. */
export interface ReplaceOptions {
  /** `empty` refuses any folder with files in it; `own` replaces one whose files are all ours. */
  readonly replaces: 'empty' | 'own';
  /** Whether a file of this name is ours; a folder never is. */
  isOwn(name: string): boolean;
}

/**
 * Makes a folder as a whole: `work` fills one beside it, which takes its place when the work is done.
 *
 * Whatever goes wrong before that, the target is as it was and nothing is left beside it; what a killed process left is
 * cleared away by the next one. A target that is a link stays one: the folder it leads to is replaced.
 *
 * @throws {InvalidInputError} the target has files in it that may not be replaced
 * @throws {DirectoryLockedError} another process is making the same folder
 */
export async function replaceFolder<Result>(
  target: string,
  options: ReplaceOptions,
  work: (directory: Directory) => Promise<Result>,
): Promise<Result> {
  const folder = await realFolder(resolve(target));
  const beside = (state: string): string => join(dirname(folder), `.${basename(folder)}.${state}`);
  const [partial, old] = [beside('partial'), beside('old')] as const;
  await expectReplaceable(folder, target, options);
  await makeFolder(partial).catch((cause: unknown) => refuse(target, cause));
  const directory = nodeDirectory(partial);
  const lock = await directory.lock('building');
  try {
    await clear(directory);
    const result = await work(directory);
    await lock.release();
    await rm(old, { recursive: true, force: true });
    // Someone may have put a file there meanwhile.
    await expectReplaceable(folder, target, options);
    if (await entriesOf(folder)) await rename(folder, old);
    await rename(partial, folder);
    await rm(old, { recursive: true, force: true });
    return result;
  } catch (error) {
    await lock.release();
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function expectReplaceable(folder: string, target: string, { replaces, isOwn }: ReplaceOptions): Promise<void> {
  const entries = (await entriesOf(folder)) ?? [];
  const source = target;
  if (replaces === 'empty' && entries.length > 0) {
    const advice = 'Choose another folder, or replace it with --force.';
    throw new InvalidInputError({ source }, 'the folder is not empty', advice);
  }
  const foreign = entries.find((entry) => !entry.isFile() || !isOwn(entry.name));
  if (!foreign) return;
  const advice = 'Choose another folder; --force replaces an index and nothing else.';
  throw new InvalidInputError(
    { source },
    `the folder has '${foreign.name}' in it, which is no part of an index`,
    advice,
  );
}

async function clear(directory: Directory): Promise<void> {
  for (const name of await directory.list()) await directory.remove(name);
}

function refuse(target: string, cause: unknown): never {
  const advice = 'Choose another place, or check its permissions.';
  throw new InvalidInputError({ source: target }, `no folder can be made there (${codeOf(cause)})`, advice, { cause });
}

/** Parents first: `mkdir` with `recursive` does not end where a file system refuses new folders, as /proc does. */
async function makeFolder(folder: string): Promise<void> {
  if (await entriesOf(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  await mkdir(folder).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
}

async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return folder;
    throw error;
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
