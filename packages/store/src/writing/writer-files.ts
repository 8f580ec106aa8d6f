import { randomUUID } from 'node:crypto';
import type { CallOptions, SavedIndex } from '@sluice/core';
import {
  type ContainerKind,
  type ContainerWriter,
  createContainer,
  type Directory,
  TEMPORARY_SUFFIX,
  writeContainer,
} from '@sluice/files';
import { groupPrefix } from '../manifest/file-names.js';
import type { FileReference, Manifest } from '../manifest/manifest.js';
import { neededFiles } from '../manifest/sweep.js';
import { writeManifest } from '../manifest/write-manifest.js';

/** The files that one writer makes: their names, which no other writer uses, and what has become of them. */
export class WriterFiles {
  readonly directory: Directory;
  readonly #writer = randomUUID().slice(0, 8);
  readonly #names = new Set<string>();
  #groups = 0;

  constructor(directory: Directory) {
    this.directory = directory;
  }

  /** Everything that this writer has made, whatever name it has now. */
  get names(): ReadonlySet<string> {
    return this.#names;
  }

  /** What the names of a new group of files begin with. */
  nextPrefix(generation: number): string {
    return groupPrefix(generation, this.#writer, this.#groups++);
  }

  /** Writes an index under a name, flushed. */
  async write(name: string, saved: SavedIndex, options: CallOptions): Promise<FileReference> {
    this.#claim(name);
    return { name, ...(await writeContainer(this.directory, name, saved, options)) };
  }

  /** Begins a file that grows for a while; `complete` gives it its name. */
  create(name: string, kind: ContainerKind): Promise<ContainerWriter> {
    this.#claim(name);
    return createContainer(this.directory, name + TEMPORARY_SUFFIX, kind);
  }

  /** Flushes a file begun with `create` and gives it its name. */
  async complete(name: string, container: ContainerWriter, header: SavedIndex['header']): Promise<FileReference> {
    const identity = await container.finish(header);
    await this.directory.rename(container.name, name);
    return { name, ...identity };
  }

  /** Makes a commit of files that are complete. @throws {WriterConflictError} */
  async commit(manifest: Manifest): Promise<void> {
    const temporary = `${this.nextPrefix(manifest.generation)}manifest`;
    this.#claim(temporary);
    await writeManifest(this.directory, manifest, temporary);
  }

  /** Removes those that no commit needs. */
  async discard(): Promise<void> {
    const needed = await neededFiles(this.directory);
    for (const name of await this.directory.list()) {
      if (this.#names.has(name) && !needed.has(name)) await this.directory.remove(name);
    }
  }

  #claim(name: string): void {
    this.#names.add(name);
    this.#names.add(name + TEMPORARY_SUFFIX);
  }
}
