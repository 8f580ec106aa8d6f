import { DirectoryLockedError } from '../errors/directory-locked-error.js';
import { FileClosedError } from '../errors/file-closed-error.js';
import { FileExistsError } from '../errors/file-exists-error.js';
import { FileNotFoundError } from '../errors/file-not-found-error.js';
import { UnexpectedEndError } from '../errors/unexpected-end-error.js';
import type { Directory, DirectoryLock, FileReader, FileWriter } from './directory.js';
import { expectFileName } from './file-name.js';
import { MemoryFile } from './memory-file.js';

/**
 * A directory in memory, for browsers and tests: empty at first, gone with its last reference.
 *
 * One file holds at most what one buffer does, 4 GiB.
 *
 * @param files the table of names, shared with the caller and changed in place; a new one when left out
 */
export function memoryDirectory(files: Map<string, MemoryFile> = new Map(), name = 'memory'): Directory {
  return new MemoryDirectory(files, name);
}

class MemoryDirectory implements Directory {
  readonly name: string;
  readonly #files: Map<string, MemoryFile>;
  readonly #locks = new Set<string>();

  constructor(files: Map<string, MemoryFile>, name: string) {
    this.#files = files;
    this.name = name;
  }

  async list(): Promise<string[]> {
    return [...this.#files.keys()].sort();
  }

  async create(name: string): Promise<FileWriter> {
    this.#expectFree(name);
    const file = new MemoryFile();
    this.#files.set(name, file);
    return new MemoryWriter(this.name, name, file);
  }

  async open(name: string): Promise<FileReader> {
    return new MemoryReader(this.name, name, this.#expect(name));
  }

  async rename(from: string, to: string): Promise<void> {
    const file = this.#expect(from);
    expectFileName(to);
    this.#files.delete(from);
    this.#files.set(to, file);
  }

  async link(from: string, to: string): Promise<void> {
    const file = this.#expect(from);
    this.#expectFree(to);
    this.#files.set(to, file);
  }

  async remove(name: string): Promise<void> {
    this.#expect(name);
    this.#files.delete(name);
  }

  async sync(): Promise<void> {}

  async lock(name: string): Promise<DirectoryLock> {
    expectFileName(name);
    if (this.#locks.has(name)) {
      throw new DirectoryLockedError({ directory: this.name, lock: name, holder: 'this process' });
    }
    this.#locks.add(name);
    let held = true;
    return {
      release: async () => {
        if (held) this.#locks.delete(name);
        held = false;
      },
    };
  }

  #expect(name: string): MemoryFile {
    expectFileName(name);
    const file = this.#files.get(name);
    if (!file) throw new FileNotFoundError({ directory: this.name, file: name });
    return file;
  }

  #expectFree(name: string): void {
    expectFileName(name);
    if (this.#files.has(name)) throw new FileExistsError({ directory: this.name, file: name });
  }
}

class MemoryWriter implements FileWriter {
  readonly name: string;
  readonly #directory: string;
  readonly #file: MemoryFile;
  #closed = false;

  constructor(directory: string, name: string, file: MemoryFile) {
    this.#directory = directory;
    this.name = name;
    this.#file = file;
  }

  get size(): number {
    return this.#file.length;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#expectOpen();
    this.#file.append(bytes);
  }

  async sync(): Promise<void> {
    this.#expectOpen();
    this.#file.sync();
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #expectOpen(): void {
    if (this.#closed) throw new FileClosedError({ directory: this.#directory, file: this.name });
  }
}

class MemoryReader implements FileReader {
  readonly name: string;
  readonly size: number;
  readonly #directory: string;
  readonly #file: MemoryFile;
  #closed = false;

  constructor(directory: string, name: string, file: MemoryFile) {
    this.#directory = directory;
    this.name = name;
    this.#file = file;
    this.size = file.length;
  }

  async readInto(target: Uint8Array, offset: number): Promise<void> {
    const facts = { directory: this.#directory, file: this.name };
    if (this.#closed) throw new FileClosedError(facts);
    if (offset + target.length > this.size) throw new UnexpectedEndError({ ...facts, offset, length: target.length });
    target.set(this.#file.bytes(offset, offset + target.length));
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}
