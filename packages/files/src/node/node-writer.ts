import type { FileHandle } from 'node:fs/promises';
import type { FileWriter } from '../directory/directory.js';
import { FileClosedError } from '../errors/file-closed-error.js';
import { refusal } from './refusal.js';

// A single write is cut off near 2 GiB by the kernel; smaller pieces also keep a worker of the pool free.
const LARGEST_WRITE = 64 * 1024 * 1024;

export class NodeWriter implements FileWriter {
  readonly name: string;
  readonly #directory: string;
  #handle: FileHandle | undefined;
  #size = 0;

  constructor(directory: string, name: string, handle: FileHandle) {
    this.#directory = directory;
    this.name = name;
    this.#handle = handle;
  }

  get size(): number {
    return this.#size;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const handle = this.#expectOpen();
    try {
      for (let at = 0; at < bytes.length; ) {
        const piece = Math.min(bytes.length - at, LARGEST_WRITE);
        const { bytesWritten } = await handle.write(bytes, at, piece, this.#size + at);
        at += bytesWritten;
      }
      this.#size += bytes.length;
    } catch (error) {
      throw refusal(error, 'write', this.#directory, this.name);
    }
  }

  async sync(): Promise<void> {
    const handle = this.#expectOpen();
    try {
      await handle.sync();
    } catch (error) {
      throw refusal(error, 'sync', this.#directory, this.name);
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

  #expectOpen(): FileHandle {
    if (!this.#handle) throw new FileClosedError({ directory: this.#directory, file: this.name });
    return this.#handle;
  }
}
