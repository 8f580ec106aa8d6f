import {
  type CallOptions,
  type Document,
  type Embedder,
  fullText,
  type Matrix,
  parseOptions,
  type StageSpec,
} from '@sluice/core';
import type { Directory } from '@sluice/files';
import { Bm25IndexBuilder, englishAnalyzer, type FlatIndex, flatIndex, saveBm25 } from '@sluice/retrievers';
import { openStoreWriter, type SegmentWriter, type StoreWriter } from '@sluice/store';
import { z } from 'zod';
import { CollectionExistsError } from '../errors/collection-exists-error.js';
import { type CollectionSettings, parts, writeSettings } from './collection-settings.js';
import { directoryOf } from './directory-of.js';
import { nonZeroRows } from './non-zero-rows.js';

/** A model and how to open it again; see `openModel`. */
export interface ModelReference {
  readonly name: string;
  readonly precision?: 'float32' | 'int8' | undefined;
  readonly embedder?: Embedder | undefined;
}

/** What an index is made of. */
export interface IndexOptions extends CallOptions {
  /**
   * Vectors come from it, and `openCollection` opens it again by its name: what `openModel` gave. Stays open: it is the
   * caller's.
   * @default none: the collection has BM25 only
   */
  readonly model?: ModelReference | undefined;
  /**
   * An embedder of your own, instead of the model's; `openCollection` must be given it too, unless `model` names it.
   * Stays open.
   */
  readonly embedder?: Embedder | undefined;
  /**
   * The pipeline that searches unless another is asked for, written down; checked when it is first used.
   * @default 'hybrid', or 'bm25' without an embedder
   */
  readonly pipeline?: StageSpec | undefined;
  /** @default { k1: 1.2, b: 0.75 } */
  readonly bm25?: { readonly k1?: number | undefined; readonly b?: number | undefined } | undefined;
  /**
   * Documents that are encoded and written at a time, 1 to 100,000.
   * @default 512
   */
  readonly batch?: number | undefined;
}

const indexOptions = z.strictObject({
  bm25: z
    .strictObject({ k1: z.number().min(0).max(1000).default(1.2), b: z.number().min(0).max(1).default(0.75) })
    .prefault({}),
  batch: z.int().min(1).max(100_000).default(512),
});

/** What was indexed. */
export interface IndexSummary {
  readonly documents: number;
  /** Documents that have a vector: all but those without a word that a static model knows. */
  readonly vectors: number;
  /** The commit, from 1. */
  readonly generation: number;
}

/**
 * Makes a collection of documents: their texts, a BM25 index and, with a model, an exact dense index; one commit.
 *
 * Until the commit nothing can be seen, and an error or the signal leaves nothing behind. Encoding runs beside writing
 * and analysing.
 *
 * @param place a folder, or a directory of `@sluice/files`
 * @throws {CollectionExistsError} there is a collection already; this release makes collections and does not add to them
 * @throws {InvalidInputError} a document is malformed or its id appears twice
 * @throws {InvalidOptionsError} an option is out of range
 * @throws the signal's `reason`, once it has fired
 */
export async function indexDocuments(
  documents: AsyncIterable<Document> | Iterable<Document>,
  place: string | Directory,
  { model, embedder = model?.embedder, pipeline, signal, onProgress, trace: _, ...rest }: IndexOptions = {},
): Promise<IndexSummary> {
  const { bm25, batch } = parseOptions(indexOptions, rest, 'indexDocuments');
  const directory = directoryOf(place);
  const writer = await openStoreWriter(directory);
  try {
    if (writer.generation > 0) throw new CollectionExistsError({ place: directory.name, documents: writer.size });
    const segment = await writer.addSegment();
    const builder = new SegmentBuilder(segment, embedder);
    for await (const group of groupsOf(documents, batch)) {
      signal?.throwIfAborted();
      await builder.add(group, signal);
      onProgress?.({ phase: 'indexing', done: segment.size, unit: 'documents' });
    }
    await builder.attach(signal);
    const settings = settingsOf(model, bm25, embedder);
    writer.configure(writeSettings(pipeline ? { ...settings, pipeline } : settings));
    return await commit(writer, segment, builder.vectors, signal);
  } finally {
    await writer.close();
  }
}

async function commit(
  writer: StoreWriter,
  { size }: SegmentWriter,
  vectors: number,
  signal: AbortSignal | undefined,
): Promise<IndexSummary> {
  const generation = await writer.commit(signal ? { signal } : {});
  return { documents: size, vectors, generation };
}

function settingsOf(
  { name, precision }: ModelReference = { name: '' },
  bm25: { k1: number; b: number },
  embedder: Embedder | undefined,
): CollectionSettings {
  const sparse = { format: 1 as const, bm25: { analyzer: englishAnalyzer().name, ...bm25 } };
  if (!embedder) return sparse;
  const { fingerprint, dimensions, similarity } = embedder;
  return {
    ...sparse,
    dense: { model: name, fingerprint, dimensions, similarity, ...(precision ? { precision } : {}) },
  };
}

/** The indexes of a segment while its documents come in. */
class SegmentBuilder {
  readonly #segment: SegmentWriter;
  readonly #embedder: Embedder | undefined;
  readonly #bm25 = new Bm25IndexBuilder(englishAnalyzer());
  readonly #dense: FlatIndex | undefined;

  constructor(segment: SegmentWriter, embedder: Embedder | undefined) {
    this.#segment = segment;
    this.#embedder = embedder;
    this.#dense = embedder && flatIndex({ dimensions: embedder.dimensions, similarity: embedder.similarity });
  }

  get vectors(): number {
    return this.#dense?.size ?? 0;
  }

  async add(documents: readonly Document[], signal: AbortSignal | undefined): Promise<void> {
    const call = signal ? { signal } : {};
    const base = this.#segment.size;
    const encoding = this.#embedder?.encodeDocuments(documents, call);
    // Observed here, awaited below: a failure while the others work must not count as unhandled.
    encoding?.catch(() => undefined);
    await this.#segment.add(documents, call);
    await this.#bm25.addAll(
      documents.map((document, at) => ({ ordinal: base + at, text: fullText(document) })),
      call,
    );
    if (encoding) this.#addVectors(base, await encoding);
  }

  async attach(signal: AbortSignal | undefined): Promise<void> {
    const call = signal ? { signal } : {};
    const index = await this.#bm25.buildInSlices(call);
    await this.#segment.attach(parts.bm25, saveBm25(index), { fingerprint: index.analyzerFingerprint, ...call });
    if (!this.#dense || !this.#embedder) return;
    const { fingerprint } = this.#embedder;
    await this.#segment.attach(parts.dense, this.#dense.save(), { fingerprint, ...call });
  }

  #addVectors(base: number, vectors: Matrix): void {
    const rows = nonZeroRows(vectors);
    this.#dense?.add(
      rows.positions.map((at) => base + at),
      rows.matrix,
    );
  }
}

async function* groupsOf(
  documents: AsyncIterable<Document> | Iterable<Document>,
  size: number,
): AsyncGenerator<Document[]> {
  let group: Document[] = [];
  for await (const document of documents) {
    group.push(document);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
