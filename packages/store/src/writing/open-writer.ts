import type { CallOptions, Document, Json, SavedIndex } from '@sluice/core';
import type { DirectoryLock } from '@sluice/files';
import { SegmentFinishedError } from '../errors/segment-finished-error.js';
import { StoreClosedError } from '../errors/store-closed-error.js';
import { WriterConflictError } from '../errors/writer-conflict-error.js';
import type { IdTable } from '../ids/id-table.js';
import { filesOf, type Manifest, type SegmentEntry } from '../manifest/manifest.js';
import { prune } from '../manifest/sweep.js';
import type { AttachOptions, SegmentWriter, StoreWriter } from '../store-writer.js';
import { GrowingSegment } from './growing-segment.js';
import { SegmentParts } from './segment-parts.js';
import { Turns } from './turns.js';
import type { WriterFiles } from './writer-files.js';

/** A segment as the writer sees it: the documents of an earlier commit, or documents that still come. */
interface WritableSegment {
  readonly documents: GrowingSegment | CommittedDocuments;
  readonly parts: SegmentParts;
}

/** Documents of an earlier commit. */
export interface CommittedDocuments {
  readonly entry: SegmentEntry;
  readonly ids: IdTable;
}

export class OpenWriter implements StoreWriter {
  readonly #files: WriterFiles;
  readonly #lock: DirectoryLock;
  readonly #segments: WritableSegment[];
  readonly #turns = new Turns();
  #generation: number;
  #settings: Json;
  #changed = false;
  #ended: { readonly cause?: unknown } | undefined;

  constructor(
    files: WriterFiles,
    lock: DirectoryLock,
    manifest: Pick<Manifest, 'generation' | 'settings'>,
    committed: readonly CommittedDocuments[],
  ) {
    this.#files = files;
    this.#lock = lock;
    this.#generation = manifest.generation;
    this.#settings = manifest.settings;
    this.#segments = committed.map((documents) => ({
      documents,
      parts: new SegmentParts(files, documents.entry.parts),
    }));
  }

  get generation(): number {
    return this.#generation;
  }

  get size(): number {
    return this.#segments.reduce((sum, { documents }) => sum + sizeOf(documents), 0);
  }

  get segments(): readonly SegmentWriter[] {
    return this.#segments.map((segment) => this.#handle(segment));
  }

  addSegment(): Promise<SegmentWriter> {
    return this.#turns.take(() => this.#addSegment());
  }

  async #addSegment(): Promise<SegmentWriter> {
    const documents = await this.#run(() => GrowingSegment.start(this.#files, this.#generation + 1));
    const segment = { documents, parts: new SegmentParts(this.#files) };
    this.#segments.push(segment);
    this.#changed = true;
    return this.#handle(segment);
  }

  configure(settings: Json): void {
    this.#expectUsable();
    this.#settings = settings;
    this.#changed = true;
  }

  commit(options: CallOptions = {}): Promise<number> {
    return this.#turns.take(() => this.#commit(options));
  }

  close(): Promise<void> {
    return this.#turns.take(() => this.#close());
  }

  async #commit({ signal }: CallOptions): Promise<number> {
    this.#expectUsable();
    signal?.throwIfAborted();
    if (!this.#changed && !this.#segments.some(({ parts }) => parts.changed)) return this.#generation;
    await this.#run(async () => {
      const manifest = {
        generation: this.#generation + 1,
        settings: this.#settings,
        segments: await this.#entries(signal),
      };
      await prune(this.#files.directory);
      await this.#expectFiles(manifest);
      await this.#files.commit(manifest);
      this.#generation = manifest.generation;
    });
    this.#changed = false;
    for (const { parts } of this.#segments) parts.committed();
    return this.#generation;
  }

  async #close(): Promise<void> {
    if (this.#ended && !('cause' in this.#ended)) return;
    this.#ended = {};
    try {
      for (const { documents } of this.#segments) if (documents instanceof GrowingSegment) await documents.close();
      await this.#files.discard();
    } finally {
      await this.#lock.release();
    }
  }

  #handle({ documents, parts }: WritableSegment): SegmentWriter {
    return {
      get size() {
        return sizeOf(documents);
      },
      add: (batch, options) => this.#turns.take(() => this.#add(documents, batch, options)),
      finish: ({ signal } = {}) => this.#turns.take(() => this.#finish(documents, signal)),
      attach: (name, index, options = {}) =>
        this.#turns.take(async () => {
          await this.#finish(documents, options.signal);
          await this.#attach(parts, name, index, options);
        }),
    };
  }

  async #add(
    segment: GrowingSegment | CommittedDocuments,
    batch: readonly Document[],
    { signal, onProgress }: CallOptions = {},
  ): Promise<void> {
    this.#expectUsable();
    if (!(segment instanceof GrowingSegment)) throw new SegmentFinishedError();
    signal?.throwIfAborted();
    const checked = await segment.check(batch, (id) => this.#hasElsewhere(segment, id));
    signal?.throwIfAborted();
    await this.#run(() => segment.add(checked));
    onProgress?.({ phase: 'storing', done: segment.size, unit: 'documents' });
  }

  async #finish(documents: GrowingSegment | CommittedDocuments, signal?: AbortSignal): Promise<void> {
    if (documents instanceof GrowingSegment) await this.#run(() => documents.finish(signal));
  }

  async #attach(parts: SegmentParts, name: string, index: SavedIndex, options: AttachOptions): Promise<void> {
    this.#expectUsable();
    const others = this.#segments.map((segment) => segment.parts);
    await parts.attach(name, index, options, this.#generation + 1, others);
  }

  #hasElsewhere(own: GrowingSegment, id: string): boolean {
    return this.#segments.some(({ documents }) => {
      if (documents === own) return false;
      return documents instanceof GrowingSegment ? documents.has(id) : documents.ids.ordinalOf(id) !== -1;
    });
  }

  async #entries(signal?: AbortSignal): Promise<SegmentEntry[]> {
    const entries: SegmentEntry[] = [];
    for (const { documents, parts } of this.#segments) {
      const entry = documents instanceof GrowingSegment ? await documents.finish(signal) : documents.entry;
      entries.push({ ...entry, parts: parts.entries });
    }
    return entries;
  }

  /** Whoever else took the lock for lost may have swept these files away; a manifest must not name them then. */
  async #expectFiles(manifest: Manifest): Promise<void> {
    const there = new Set(await this.#files.directory.list());
    if (filesOf(manifest).every(({ name }) => there.has(name))) return;
    const { generation } = manifest;
    throw new WriterConflictError({ directory: this.#files.directory.name, generation });
  }

  /** Does work that changes files. When it fails the writer is good for closing only: what is there is not known. */
  async #run<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#expectUsable();
    try {
      return await work();
    } catch (cause) {
      this.#ended = { cause };
      throw cause;
    }
  }

  #expectUsable(): void {
    if (this.#ended) throw new StoreClosedError({ directory: this.#files.directory.name, ...this.#ended });
  }
}

function sizeOf(documents: GrowingSegment | CommittedDocuments): number {
  return documents instanceof GrowingSegment ? documents.size : documents.entry.size;
}
