import { type FileHandle, open } from 'node:fs/promises';
import type { FileReader } from '../directory/directory.js';
import { FileClosedError } from '../errors/file-closed-error.js';
import { FileNotFoundError } from '../errors/file-not-found-error.js';
import { UnexpectedEndError } from '../errors/unexpected-end-error.js';
import { refusal } from './refusal.js';

// Node refuses a length of 2 GiB or more.
const LARGEST_READ = 1024 * 1024 * 1024;

export class NodeReader implements FileReader {
  readonly name: string;
  readonly size: number;
  readonly #directory: string;
  #handle: FileHandle | undefined;

  /** Rejects with the system's own error when the file cannot be opened. */
  static async open(directory: string, name: string, path: string): Promise<NodeReader> {
    const handle = await open(path, 'r');
    try {
      const facts = await handle.stat();
      if (!facts.isFile()) throw new FileNotFoundError({ directory, file: name });
      return new NodeReader(directory, name, handle, facts.size);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  constructor(directory: string, name: string, handle: FileHandle, size: number) {
    this.#directory = directory;
    this.name = name;
    this.#handle = handle;
    this.size = size;
  }

  async readInto(target: Uint8Array, offset: number): Promise<void> {
    const facts = { directory: this.#directory, file: this.name };
    const handle = this.#handle;
    if (!handle) throw new FileClosedError(facts);
    const length = target.length;
    if (offset + length > this.size) throw new UnexpectedEndError({ ...facts, offset, length });
    for (let at = 0; at < length; ) {
      const read = await this.#read(handle, target.subarray(at, at + LARGEST_READ), offset + at);
      if (read === 0) throw new UnexpectedEndError({ ...facts, offset, length });
      at += read;
    }
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    try {
      await handle?.close();
    } catch (error) {
      throw refusal(error, 'close', this.#directory, this.name);
    }
  }

  async #read(handle: FileHandle, target: Uint8Array, offset: number): Promise<number> {
    try {
      const { bytesRead } = await handle.read(target, 0, target.length, offset);
      return bytesRead;
    } catch (error) {
      throw refusal(error, 'read', this.#directory, this.name);
    }
  }
}
