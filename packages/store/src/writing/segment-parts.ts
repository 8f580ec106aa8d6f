import { FingerprintMismatchError, parseOptions, type SavedIndex } from '@sluice/core';
import { z } from 'zod';
import { type PartEntry, partName } from '../manifest/manifest.js';
import type { AttachOptions } from '../store-writer.js';
import type { WriterFiles } from './writer-files.js';

const attachSchema = z.strictObject({ name: partName }).meta({ title: 'attach' });

/** The parts of one segment, on their way into the next manifest. */
export class SegmentParts {
  readonly #files: WriterFiles;
  readonly #entries: Map<string, PartEntry>;
  #changed = false;

  constructor(files: WriterFiles, entries: Readonly<Record<string, PartEntry>> = {}) {
    this.#files = files;
    this.#entries = new Map(Object.entries(entries));
  }

  /** Whether a part was attached since the last commit. */
  get changed(): boolean {
    return this.#changed;
  }

  get entries(): Readonly<Record<string, PartEntry>> {
    return Object.fromEntries(this.#entries);
  }

  /** What filled the part of this name; `undefined` where there is none or nobody said. */
  fingerprintOf(name: string): string | undefined {
    return this.#entries.get(name)?.fingerprint;
  }

  /**
   * Writes a part.
   *
   * @param generation the commit that it is for
   * @param others the parts of the other segments
   */
  async attach(
    name: string,
    index: SavedIndex,
    { fingerprint, ...options }: AttachOptions,
    generation: number,
    others: readonly SegmentParts[],
  ): Promise<void> {
    parseOptions(attachSchema, { name });
    for (const other of others) {
      const indexed = other.fingerprintOf(name);
      if (other !== this && indexed !== undefined && indexed !== fingerprint) {
        throw new FingerprintMismatchError({ indexed, loaded: fingerprint ?? 'none' });
      }
    }
    const file = await this.#files.write(this.#files.nextPrefix(generation) + name, index, options);
    this.#entries.set(name, { file, kind: index.kind, ...(fingerprint === undefined ? {} : { fingerprint }) });
    this.#changed = true;
  }

  /** What was attached is in a commit now. */
  committed(): void {
    this.#changed = false;
  }
}
