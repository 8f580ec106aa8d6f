import {
  type CallOptions,
  type Document,
  FingerprintMismatchError,
  type Metadata,
  type MetadataColumns,
  paced,
  type SavedIndex,
} from '@sluice/core';
import { type ContainerReader, CorruptFileError, type Directory } from '@sluice/files';
import type { DocumentBlock } from '../documents/document-block.js';
import { DOCUMENTS_KIND } from '../documents/documents-layout.js';
import { DocumentsReader } from '../documents/documents-reader.js';
import { PartNotFoundError } from '../errors/part-not-found-error.js';
import type { IdTable } from '../ids/id-table.js';
import { ID_TABLE_KIND, loadIdTable } from '../ids/saved-id-table.js';
import type { FileReference, SegmentEntry } from '../manifest/manifest.js';
import { loadMetadata, METADATA_KIND } from '../metadata/saved-metadata.js';
import type { OpenPartOptions, PartFacts, Segment } from '../snapshot.js';
import { openReferenced } from './open-referenced.js';
import { loadSaved, readSaved } from './read-saved.js';

/** The open files of a segment; each is checked to be the one that was committed. */
interface SegmentFiles {
  readonly documents: DocumentsReader;
  readonly ids: IdTable;
  readonly metadata: ContainerReader;
  readonly parts: ReadonlyMap<string, ContainerReader>;
}

/**
 * Opens all files of a segment, and adds each to `opened` as soon as it is, for whoever closes them.
 *
 * @param base ordinal in the collection of its document 0
 * @param cacheBytes unpacked documents kept in memory
 */
export async function openSegment(
  directory: Directory,
  entry: SegmentEntry,
  base: number,
  cacheBytes: number,
  opened: ContainerReader[],
): Promise<SegmentReader> {
  const open = async (file: FileReference, kind?: { kind: string; version: number }): Promise<ContainerReader> => {
    const container = await openReferenced(directory, file, kind);
    opened.push(container);
    return container;
  };
  const documentFile = await open(entry.documents, DOCUMENTS_KIND);
  const documents = await DocumentsReader.open(directory.name, documentFile, cacheBytes);
  const ids = await loadSaved(directory.name, await open(entry.ids, ID_TABLE_KIND), loadIdTable);
  const metadata = await open(entry.metadata, METADATA_KIND);
  const parts = new Map<string, ContainerReader>();
  for (const [name, { file }] of Object.entries(entry.parts)) parts.set(name, await open(file));
  for (const [file, { size }] of [[entry.documents, documents] as const, [entry.ids, ids] as const]) {
    if (size === entry.size) continue;
    const problem = `it has ${size} documents and the manifest says ${entry.size}`;
    throw new CorruptFileError({ directory: directory.name, file: file.name, problem });
  }
  return new SegmentReader(directory.name, entry, base, { documents, ids, metadata, parts });
}

export class SegmentReader implements Segment {
  readonly base: number;
  readonly size: number;
  readonly parts: ReadonlyMap<string, PartFacts>;
  readonly #directory: string;
  readonly #files: SegmentFiles;
  readonly #documentFile: string;
  #columns: Promise<MetadataColumns> | undefined;

  constructor(directory: string, entry: SegmentEntry, base: number, files: SegmentFiles) {
    this.#directory = directory;
    this.#files = files;
    this.#documentFile = entry.documents.name;
    this.base = base;
    this.size = entry.size;
    this.parts = new Map(
      Object.entries(entry.parts).map(([name, { kind, file, fingerprint }]) => {
        const facts = { kind, bytes: file.bytes };
        return [name, fingerprint === undefined ? facts : { ...facts, fingerprint }];
      }),
    );
  }

  get ids(): IdTable {
    return this.#files.ids;
  }

  get documents(): DocumentsReader {
    return this.#files.documents;
  }

  async metadata({ signal }: CallOptions = {}): Promise<MetadataColumns> {
    // Whoever asks first reads for all who ask, so a signal ends the waiting of its own call only.
    signal?.throwIfAborted();
    this.#columns ??= loadSaved(this.#directory, this.#files.metadata, (saved) => paced(loadMetadata(saved))).catch(
      (error: unknown) => {
        this.#columns = undefined;
        throw error;
      },
    );
    const columns = await this.#columns;
    signal?.throwIfAborted();
    return columns;
  }

  async open(name: string, { fingerprint, ...options }: OpenPartOptions = {}): Promise<SavedIndex> {
    const container = this.#files.parts.get(name);
    if (!container) throw new PartNotFoundError({ part: name, available: [...this.parts.keys()] });
    const indexed = this.parts.get(name)?.fingerprint;
    if (fingerprint !== undefined && indexed !== fingerprint) {
      throw new FingerprintMismatchError({ indexed: indexed ?? 'none', loaded: fingerprint });
    }
    return readSaved(container, options);
  }

  /** Reads block after block of the documents, past the cache. */
  async *scan(options: CallOptions = {}): AsyncGenerator<readonly Document[]> {
    for (let at = 0; at < this.documents.blocks; at++) {
      const block = await this.documents.read(at, options);
      const [from, to] = this.documents.range(at);
      yield Array.from({ length: to - from }, (_, index) => this.document(block, index, from + index));
    }
  }

  /** A document, whole. @param ordinal in the segment */
  document(block: DocumentBlock, index: number, ordinal: number): Document {
    const json = block.metadataJson(index);
    const document = { id: this.ids.idOf(ordinal), ...block.text(index) };
    return json === '' ? document : { ...document, metadata: this.#parse(json, ordinal) };
  }

  #parse(json: string, ordinal: number): Metadata {
    try {
      return JSON.parse(json);
    } catch (cause) {
      const problem = `the metadata of document ${ordinal} is not JSON`;
      throw new CorruptFileError({ directory: this.#directory, file: this.#documentFile, problem, cause });
    }
  }
}
