import type { Directory } from '@sluice/files';
import { CorruptFileError } from '@sluice/files';
import { isStoreFile, manifestName } from './file-names.js';
import { filesOf } from './manifest.js';
import { listGenerations, readManifest, readNewestManifest } from './read-manifest.js';

/** Commits that stay: the newest, and the one before it, so that there is something to go back to. */
const KEPT = 2;

/**
 * Removes every file that no commit needs. Only for the holder of the writer's lock, before it writes anything.
 *
 * @throws {DamagedCommitError} the newest commit cannot be read; then nothing is removed, for something may be needed
 */
export async function sweep(directory: Directory): Promise<void> {
  await readNewestManifest(directory);
  const needed = await neededFiles(directory);
  for (const name of await directory.list()) {
    if (isStoreFile(name) && !needed.has(name)) await directory.remove(name);
  }
}

/**
 * Removes commits that are older than those that stay, with the files that only they need. It leaves alone what no
 * commit has named yet: the files of the caller, and of another writer that should not be there.
 */
export async function prune(directory: Directory): Promise<void> {
  const needed = await neededFiles(directory);
  const there = new Set(await directory.list());
  for (const generation of (await listGenerations(directory)).slice(KEPT)) {
    for (const name of await namedFiles(directory, generation)) {
      if (there.delete(name) && !needed.has(name)) await directory.remove(name);
    }
    await directory.remove(manifestName(generation));
  }
}

/** Files of ours that no commit names, not even one that is about to go; in ascending order. */
export async function leftoverFiles(directory: Directory): Promise<string[]> {
  const named = await namedBy(directory, await listGenerations(directory));
  return (await directory.list()).filter((name) => isStoreFile(name) && !named.has(name));
}

/** The manifests that stay, and the files that they name. */
export async function neededFiles(directory: Directory): Promise<Set<string>> {
  return namedBy(directory, (await listGenerations(directory)).slice(0, KEPT));
}

async function namedBy(directory: Directory, generations: readonly number[]): Promise<Set<string>> {
  const named = new Set<string>();
  for (const generation of generations) {
    for (const name of await namedFiles(directory, generation)) named.add(name);
    named.add(manifestName(generation));
  }
  return named;
}

/** The files that a commit names; none where its manifest is damaged, because then nobody can tell. */
async function namedFiles(directory: Directory, generation: number): Promise<string[]> {
  try {
    return filesOf(await readManifest(directory, generation)).map(({ name }) => name);
  } catch (error) {
    if (error instanceof CorruptFileError) return [];
    throw error;
  }
}
