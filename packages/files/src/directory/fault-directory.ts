import { seededRandom } from '@sluice/core';
import { DiskFullError } from '../errors/disk-full-error.js';
import { type FileOperation, FileSystemError } from '../errors/file-system-error.js';
import type { Directory, DirectoryLock, FileReader, FileWriter } from './directory.js';
import { memoryDirectory } from './memory-directory.js';
import { MemoryFile } from './memory-file.js';

/**
 * What goes wrong:
 * - `error`: the operation fails once, a write half done; everything after it works.
 * - `full`: from this operation on nothing can be written or created; reading and removing still work.
 * - `crash`: the operation may or may not have happened, a write half; every later call fails.
 */
export type FaultKind = 'error' | 'full' | 'crash';

export interface Fault {
  readonly kind: FaultKind;
  /** The operation that it strikes, counted from 0 over all that change something; reads are not counted. */
  readonly at: number;
}

/**
 * How much of what was never synced is found after a crash: nothing of it (the machine lost power), all of it (the
 * process was killed), or an arbitrary part, names and bytes drawn separately (the disk had begun to write back).
 */
export type Survivors = 'synced' | 'written' | 'arbitrary';

/** A disk in memory that fails on purpose. */
export interface FaultDirectory extends Directory {
  /** Operations so far that change something, the failing ones included. */
  readonly operations: number;
  /** The directory as it is found after a restart: a copy, without locks and without faults. */
  afterCrash(survivors: Survivors): Directory;
}

/**
 * A directory in memory that fails at one operation and knows what a crash would lose.
 *
 * @param fault none when left out
 * @param seed for what is left to chance: an integer, 0 to 2^32 - 1
 */
export function faultDirectory(fault?: Fault, seed = 1): FaultDirectory {
  return new FaultyMemory(fault, seededRandom(seed));
}

class FaultyMemory implements FaultDirectory {
  readonly name = 'faulty memory';
  readonly #visible = new Map<string, MemoryFile>();
  readonly #memory: Directory = memoryDirectory(this.#visible, this.name);
  /** Every state since the last sync of each name that changed; the first is what a crash is sure to keep. */
  readonly #history = new Map<string, (MemoryFile | undefined)[]>();
  readonly #fault: Fault | undefined;
  readonly #random: () => number;
  #operations = 0;
  #crashed = false;

  constructor(fault: Fault | undefined, random: () => number) {
    this.#fault = fault;
    this.#random = random;
  }

  get operations(): number {
    return this.#operations;
  }

  async list(): Promise<string[]> {
    this.#expectRunning('list');
    return this.#memory.list();
  }

  async open(name: string): Promise<FileReader> {
    this.#expectRunning('open', name);
    const reader = await this.#memory.open(name);
    return {
      name,
      size: reader.size,
      readInto: async (target, offset) => {
        this.#expectRunning('read', name);
        return reader.readInto(target, offset);
      },
      close: () => reader.close(),
    };
  }

  async create(name: string): Promise<FileWriter> {
    const writer = await this.#change('create', [name], () => this.#memory.create(name));
    return {
      name,
      get size() {
        return writer.size;
      },
      write: (bytes) => this.#write(writer, bytes),
      sync: () => this.#strike('sync', name, () => writer.sync()),
      close: () => this.#strike('close', name, () => writer.close()),
    };
  }

  rename(from: string, to: string): Promise<void> {
    return this.#change('rename', [from, to], () => this.#memory.rename(from, to));
  }

  link(from: string, to: string): Promise<void> {
    return this.#change('link', [to], () => this.#memory.link(from, to));
  }

  remove(name: string): Promise<void> {
    return this.#change('remove', [name], () => this.#memory.remove(name));
  }

  sync(): Promise<void> {
    return this.#strike('sync', undefined, async () => this.#history.clear());
  }

  async lock(name: string): Promise<DirectoryLock> {
    const lock = await this.#strike('lock', name, () => this.#memory.lock(name));
    return { release: () => this.#strike('lock', name, () => lock.release()) };
  }

  afterCrash(survivors: Survivors): Directory {
    const found = new Map<string, MemoryFile>();
    for (const name of new Set([...this.#visible.keys(), ...this.#history.keys()])) {
      const states = [...(this.#history.get(name) ?? []), this.#visible.get(name)];
      const file = states[{ synced: 0, written: states.length - 1, arbitrary: this.#drawn(states.length) }[survivors]];
      if (file) found.set(name, this.#surviving(file, survivors));
    }
    return memoryDirectory(found, 'memory after a crash');
  }

  #surviving(file: MemoryFile, survivors: Survivors): MemoryFile {
    const kept = new MemoryFile();
    const unsynced = file.length - file.synced;
    const extra = { synced: 0, written: unsynced, arbitrary: this.#drawn(unsynced + 1) }[survivors];
    kept.append(file.bytes(0, file.synced + extra));
    // A disk may have made the file longer before the bytes arrived.
    if (survivors === 'arbitrary' && this.#drawn(2) === 0) kept.append(new Uint8Array(unsynced - extra));
    kept.sync();
    return kept;
  }

  #write(writer: FileWriter, bytes: Uint8Array): Promise<void> {
    const half = bytes.subarray(0, bytes.length >>> 1);
    return this.#strike(
      'write',
      writer.name,
      () => writer.write(bytes),
      () => writer.write(half),
    );
  }

  /** A change of names: remembers what they were, so that a crash can bring it back. */
  #change<Result>(operation: FileOperation, names: readonly string[], work: () => Promise<Result>): Promise<Result> {
    const before = names.map((name) => this.#visible.get(name));
    return this.#strike(operation, names[0], async () => {
      const result = await work();
      names.forEach((name, at) => {
        const states = this.#history.get(name);
        if (states) states.push(before[at]);
        else this.#history.set(name, [before[at]]);
      });
      return result;
    });
  }

  /** Does the work unless this operation is struck; `torn` is what is done of it then. */
  async #strike<Result>(
    operation: FileOperation,
    file: string | undefined,
    work: () => Promise<Result>,
    torn?: () => Promise<Result>,
  ): Promise<Result> {
    this.#expectRunning(operation, file);
    const at = this.#operations++;
    const fault = this.#fault;
    if (!fault || at < fault.at) return work();
    if (fault.kind === 'full') return this.#strikeFull(operation, file, at === fault.at, work, torn);
    if (at > fault.at) return work();
    if (fault.kind === 'crash') {
      this.#crashed = true;
      if (!torn && this.#drawn(2) === 0) await work();
    }
    await torn?.();
    throw this.#failure(operation, file, 'a fault was planned here');
  }

  async #strikeFull<Result>(
    operation: FileOperation,
    file: string | undefined,
    first: boolean,
    work: () => Promise<Result>,
    torn?: () => Promise<Result>,
  ): Promise<Result> {
    if (operation !== 'write' && operation !== 'create' && operation !== 'link') return work();
    if (first) await torn?.();
    throw new DiskFullError({ directory: this.name, file });
  }

  /** An integer from 0 to `below - 1`. */
  #drawn(below: number): number {
    return Math.floor(this.#random() * below);
  }

  #expectRunning(operation: FileOperation, file?: string): void {
    if (this.#crashed) throw this.#failure(operation, file, 'the machine has crashed');
  }

  #failure(operation: FileOperation, file: string | undefined, reason: string): FileSystemError {
    return new FileSystemError({ directory: this.name, file, operation, cause: new Error(reason) });
  }
}
