import { link, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Directory, DirectoryLock, FileReader, FileWriter } from '../directory/directory.js';
import { expectFileName, isFileName } from '../directory/file-name.js';
import type { FileOperation } from '../errors/file-system-error.js';
import { lockFolder } from './folder-lock.js';
import { NodeReader } from './node-reader.js';
import { NodeWriter } from './node-writer.js';
import { codeOf, refusal } from './refusal.js';

/**
 * A directory on the disk. Nothing is read or written until the first call.
 *
 * The first file or lock creates the folder with its parents. Symbolic links in it are not listed. On Windows, where a
 * folder cannot be flushed, `sync` leaves the names to the file system's journal.
 *
 * @param path absolute, or relative to the working directory at the time of this call
 */
export function nodeDirectory(path: string): Directory {
  return new NodeDirectory(resolve(path));
}

class NodeDirectory implements Directory {
  readonly name: string;

  constructor(path: string) {
    this.name = path;
  }

  async list(): Promise<string[]> {
    try {
      const entries = await readdir(this.name, { withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile() && isFileName(entry.name))
        .map((entry) => entry.name)
        .sort();
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw refusal(error, 'list', this.name);
    }
  }

  async create(name: string): Promise<FileWriter> {
    const path = this.#path(name);
    try {
      return new NodeWriter(this.name, name, await open(path, 'wx'));
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw refusal(error, 'create', this.name, name);
    }
    await this.#createFolder();
    return this.#run('create', name, async () => new NodeWriter(this.name, name, await open(path, 'wx')));
  }

  async open(name: string): Promise<FileReader> {
    const path = this.#path(name);
    return this.#run('open', name, async () => NodeReader.open(this.name, name, path));
  }

  async rename(from: string, to: string): Promise<void> {
    const [source, target] = [this.#path(from), this.#path(to)];
    return this.#run('rename', from, () => moveName(source, target), to);
  }

  async link(from: string, to: string): Promise<void> {
    const [source, target] = [this.#path(from), this.#path(to)];
    return this.#run('link', from, () => link(source, target), to);
  }

  async remove(name: string): Promise<void> {
    const path = this.#path(name);
    return this.#run('remove', name, () => unlink(path));
  }

  async sync(): Promise<void> {
    if (process.platform === 'win32') return;
    try {
      await syncFolder(this.name);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw refusal(error, 'sync', this.name);
    }
  }

  async lock(name: string): Promise<DirectoryLock> {
    expectFileName(name);
    await this.#createFolder();
    return lockFolder(this.name, name);
  }

  /** Creates what is missing of the path, and makes the names of the new folders durable. */
  async #createFolder(): Promise<void> {
    try {
      const first = await mkdir(this.name, { recursive: true });
      if (first === undefined || process.platform === 'win32') return;
      for (let folder = this.name; folder.length >= first.length; folder = dirname(folder)) {
        await syncFolder(dirname(folder));
      }
    } catch (error) {
      throw refusal(error, 'create', this.name);
    }
  }

  #path(name: string): string {
    expectFileName(name);
    return join(this.name, name);
  }

  async #run<Result>(operation: FileOperation, name: string, work: () => Promise<Result>, to = name): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw refusal(error, operation, this.name, name, to);
    }
  }
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Two names of one file are left alone by the system's rename, which calls that a success. */
async function moveName(source: string, target: string): Promise<void> {
  if (source !== target && (await isSameFile(source, target))) return unlink(source);
  return rename(source, target);
}

async function isSameFile(source: string, target: string): Promise<boolean> {
  const [one, other] = await Promise.all([
    stat(source, { bigint: true }),
    stat(target, { bigint: true }).catch(() => undefined),
  ]);
  return one.ino === other?.ino && one.dev === other.dev;
}
