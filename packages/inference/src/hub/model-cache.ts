import { randomInt } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isSluiceError } from '@sluice/core';
import { nodeDirectory } from '@sluice/files/node';
import { readJsonFile } from '../folder/read-json-file.js';
import { pause } from '../http/index.js';
import { isWhole } from './checksum.js';
import type { HubName } from './hub-name.js';
import { type Repository, type RepositoryFile, repositorySchema } from './repository.js';

const MAX_LIST_BYTES = 16 * 2 ** 20;
const MAX_LOCK_PAUSE_MS = 400;

/**
 * What is kept of one model:
 *
 * - `ORG--NAME/COMMIT/`: the model's folder; a file in it was whole when it got its name
 * - `ORG--NAME/revisions/REVISION.json`: the commit that a revision was, and its files
 * - `ORG--NAME/partial/CHECKSUM`: what came of a file so far
 *
 * Only the holder of the lock writes. Nothing is flushed: every use checks every byte, so what a power cut takes is
 * fetched again.
 */
export class ModelCache {
  readonly #folder: string;

  constructor(cache: string, model: string) {
    this.#folder = join(resolve(cache), model.replace('/', '--'));
  }

  /** The folder of one state of the model. */
  folderOf({ commit }: Pick<Repository, 'commit'>): string {
    return join(this.#folder, commit);
  }

  /** Where a file is put together. Named by its content: no other bytes are ever continued there. */
  partialOf({ checksum }: RepositoryFile): string {
    return join(this.#folder, 'partial', checksum.hex);
  }

  /** What a revision was when it was fetched; `undefined` where that is not known, or the note of it is damaged. */
  async repository({ revision }: HubName): Promise<Repository | undefined> {
    try {
      return await readJsonFile({ path: this.#noteOf(revision), maxBytes: MAX_LIST_BYTES }, repositorySchema);
    } catch (error) {
      // As good as none: the hub can be asked again.
      if (isSluiceError(error, 'SLUICE_MODEL_FILE')) return undefined;
      throw error;
    }
  }

  /** Notes what a revision is, once its files are there. */
  async remember({ revision }: HubName, repository: Repository): Promise<void> {
    for (const name of new Set([repository.commit, revision])) {
      const note = this.#noteOf(name);
      await mkdir(dirname(note), { recursive: true });
      await writeFile(`${note}.partial`, JSON.stringify(repository));
      await rename(`${note}.partial`, note);
    }
    await rm(join(this.#folder, 'partial'), { recursive: true, force: true });
  }

  /** Those of `files` that are not there, or are not what they must be. Every byte is read. */
  async missing<File extends RepositoryFile>(
    repository: Repository,
    files: readonly File[],
    signal: AbortSignal | undefined,
  ): Promise<File[]> {
    const missing: File[] = [];
    for (const file of files) {
      signal?.throwIfAborted();
      if (!(await isWhole(join(this.folderOf(repository), file.name), file))) missing.push(file);
    }
    return missing;
  }

  /** Gives a file that was put together its name, over a damaged one if there is one. */
  async place(repository: Repository, file: RepositoryFile): Promise<void> {
    const path = join(this.folderOf(repository), file.name);
    await mkdir(dirname(path), { recursive: true });
    await rename(this.partialOf(file), path);
  }

  /**
   * Runs `work` while no other process, and no other call in this one, writes this model.
   *
   * @throws {DirectoryLockedError} another still does after `timeoutMs`
   */
  async locked<Result>(
    timeoutMs: number,
    signal: AbortSignal | undefined,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const lock = await this.#lock(timeoutMs, signal);
    try {
      return await work();
    } finally {
      await lock.release();
    }
  }

  async #lock(timeoutMs: number, signal: AbortSignal | undefined) {
    const directory = nodeDirectory(this.#folder);
    for (let waited = 0; ; ) {
      signal?.throwIfAborted();
      try {
        return await directory.lock('download');
      } catch (error) {
        if (!isSluiceError(error, 'SLUICE_DIRECTORY_LOCKED') || waited >= timeoutMs) throw error;
      }
      // Those who ask in the same moment all withdraw: in step, they would do so again and again.
      const pauseMs = randomInt(MAX_LOCK_PAUSE_MS);
      waited += pauseMs;
      await pause(pauseMs, signal);
    }
  }

  #noteOf(revision: string): string {
    return join(this.#folder, 'revisions', `${encodeURIComponent(revision)}.json`);
  }
}
