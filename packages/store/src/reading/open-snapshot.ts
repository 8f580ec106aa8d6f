import {
  Bitmap,
  type CallOptions,
  type Document,
  type DocumentSpace,
  type Filter,
  filterBitmap,
  type Json,
  parseFilter,
} from '@sluice/core';
import type { ContainerReader } from '@sluice/files';
import { StoreClosedError } from '../errors/store-closed-error.js';
import { filesOf, type Manifest } from '../manifest/manifest.js';
import type { Snapshot } from '../snapshot.js';
import { CollectionSpace } from './collection-space.js';
import { gather } from './gather.js';
import type { SegmentReader } from './segment-reader.js';

export class OpenSnapshot implements Snapshot {
  readonly generation: number;
  readonly settings: Json;
  readonly bytes: number;
  readonly segments: readonly SegmentReader[];
  readonly fingerprints: ReadonlyMap<string, string>;
  readonly #directory: string;
  readonly #space: CollectionSpace;
  readonly #files: readonly ContainerReader[];
  #closed = false;

  constructor(
    directory: string,
    manifest: Manifest,
    segments: readonly SegmentReader[],
    files: readonly ContainerReader[],
  ) {
    this.#directory = directory;
    this.#files = files;
    this.#space = new CollectionSpace(directory, segments);
    this.segments = segments;
    this.generation = manifest.generation;
    this.settings = manifest.settings;
    this.bytes = filesOf(manifest).reduce((sum, file) => sum + file.bytes, 0);
    this.fingerprints = fingerprintsOf(segments);
  }

  get space(): DocumentSpace {
    return this.#space;
  }

  async documents(ordinals: Uint32Array, options: CallOptions = {}): Promise<Document[]> {
    this.#expectOpen();
    return gather(
      this.#space,
      ordinals,
      ({ segment, block, index, ordinal }) => segment.document(block, index, ordinal),
      options,
    );
  }

  async *scan(options: CallOptions = {}): AsyncGenerator<readonly Document[]> {
    let done = 0;
    for (const segment of this.segments) {
      for await (const documents of segment.scan(options)) {
        this.#expectOpen();
        done += documents.length;
        yield documents;
        options.onProgress?.({ phase: 'reading', done, total: this.#space.size, unit: 'documents' });
      }
    }
  }

  async matching(filter: Filter, options: CallOptions = {}): Promise<Bitmap> {
    this.#expectOpen();
    const parsed = parseFilter(filter);
    const all = new Bitmap(this.#space.size);
    for (const segment of this.segments) {
      options.signal?.throwIfAborted();
      const some = filterBitmap(parsed, await segment.metadata(options));
      if (segment.size === all.size) return some;
      some.forEach((ordinal) => {
        all.add(segment.base + ordinal);
      });
    }
    return all;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all(this.#files.map((file) => file.close()));
  }

  #expectOpen(): void {
    if (this.#closed) throw new StoreClosedError({ directory: this.#directory });
  }
}

function fingerprintsOf(segments: readonly SegmentReader[]): Map<string, string> {
  const fingerprints = new Map<string, string>();
  for (const { parts } of segments) {
    for (const [name, { fingerprint }] of parts) if (fingerprint !== undefined) fingerprints.set(name, fingerprint);
  }
  return fingerprints;
}
