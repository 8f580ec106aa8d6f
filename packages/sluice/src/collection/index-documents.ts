import {
  type CallOptions,
  type Document,
  type Embedder,
  InvalidOptionsError,
  parseOptions,
  type SparseEmbedder,
  type StageSpec,
} from '@sluice/core';
import { type LinearMap, saveLinearMap } from '@sluice/embedders';
import type { Directory } from '@sluice/files';
import { englishAnalyzer, type FieldParameters, fieldRanges, ImpactIndexBuilder, saveImpact } from '@sluice/retrievers';
import { openStoreWriter, type SegmentWriter, type StoreWriter } from '@sluice/store';
import { z } from 'zod';
import { CollectionExistsError } from '../errors/collection-exists-error.js';
import { type CollectionSettings, parts, writeSettings } from './collection-settings.js';
import { directoryOf } from './directory-of.js';
import { type FinishedWords, type LexicalBuilder, lexicalBuilder } from './lexical-index.js';
import { type FinishedVectors, type SegmentVectors, type ShorterVectors, segmentVectors } from './segment-vectors.js';
import { slowestProgress } from './slowest-progress.js';

/** A model and how to open it again; see `openModel`. */
export interface ModelReference {
  readonly name: string;
  readonly precision?: 'float32' | 'int8' | undefined;
  readonly embedder?: Embedder | undefined;
}

/** A model with sparse vectors and how to open it again; see `openSpladeModel`. */
export interface SparseModelReference {
  /**
   * Empty: `openCollection` must be given the embedder.
   */
  readonly name: string;
  readonly precision?: 'float32' | 'int8' | undefined;
  readonly embedder: SparseEmbedder;
}

/** What an index is made of. */
export interface IndexOptions extends CallOptions {
  /**
   * Vectors come from it, and `openCollection` opens it again by its name: what `openModel` gave. Stays open: it is the
   * caller's.
   * @default none: the collection has no `dense` source
   */
  readonly model?: ModelReference | undefined;
  /**
   * An embedder of your own, instead of the model's; `openCollection` must be given it too, unless `model` names it.
   * Stays open.
   */
  readonly embedder?: Embedder | undefined;
  /**
   * Sparse vectors come from it, in an index of 8-bit impacts: what `openSpladeModel` gave. Stays open: it is the
   * caller's.
   * @default none: the collection has no `splade` source
   */
  readonly sparse?: SparseModelReference | undefined;
  /**
   * Turns the vectors before they are cut to `dimensions`: `fit` fits a rotation on the documents, which keeps every
   * vector at full width in memory until all are there; or a map that you fitted. It is saved with the collection and
   * turns its queries. For models that were trained to be cut, open the model with `dimensions` instead.
   * @default none
   */
  readonly rotation?: 'fit' | LinearMap | undefined;
  /**
   * Leading dimensions to keep after the rotation.
   * @default all that it gives
   */
  readonly dimensions?: number | undefined;
  /**
   * The pipeline that searches unless another is asked for, written down; checked when it is first used.
   * @default 'hybrid' with an embedder, 'lexical' with `sparse` alone, 'bm25' without either
   */
  readonly pipeline?: StageSpec | undefined;
  /**
   * How words are weighed. With `fields`, `title`, `text` and metadata are indexed apart, and an occurrence counts by the
   * field that it is in (BM25F); a field without a `b` of its own has that of all.
   * @default { k1: 1.2, b: 0.75 }, title and text as one
   */
  readonly bm25?:
    | {
        readonly k1?: number | undefined;
        readonly b?: number | undefined;
        readonly fields?: Readonly<Record<string, FieldParameters>> | undefined;
      }
    | undefined;
  /**
   * The dense index: `recall` is the share of the true nearest that a search finds on average, above 0 to 1, unless its
   * pipeline names another. Up to about 5,000 documents all are compared, which finds all.
   * @default { recall: 0.95 }
   */
  readonly dense?: { readonly recall?: number | undefined } | undefined;
  /**
   * Documents that are encoded and written at a time, 1 to 100,000.
   * @default 512
   */
  readonly batch?: number | undefined;
}

const indexOptions = z.strictObject({
  bm25: z
    .strictObject({
      k1: z.number().min(0).max(1000).default(1.2),
      b: z.number().min(0).max(1).default(0.75),
      fields: z
        .record(
          z.string().min(1),
          z.strictObject({ weight: fieldRanges.weight.default(1), b: fieldRanges.b.optional() }),
        )
        .optional(),
    })
    .prefault({}),
  dense: z.strictObject({ recall: z.number().gt(0).max(1).default(0.95) }).prefault({}),
  batch: z.int().min(1).max(100_000).default(512),
  rotation: z.union([z.literal('fit'), z.custom<LinearMap>(isMap, "neither 'fit' nor a map")]).optional(),
  dimensions: z.int().positive().optional(),
});

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'weights' in value;
}

/** What was indexed. */
export interface IndexSummary {
  readonly documents: number;
  /** Documents that have a vector: all but those without a word that a static model knows. */
  readonly vectors: number;
  /** The commit, from 1. */
  readonly generation: number;
  /** Fields that were asked for and in which no document has a word; absent where there are none. */
  readonly emptyFields?: readonly string[];
}

/**
 * Makes a collection of documents: their texts, a BM25 index and, with a model, a dense index; one commit.
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
  { model, embedder = model?.embedder, sparse, pipeline, signal, onProgress, trace: _, ...rest }: IndexOptions = {},
): Promise<IndexSummary> {
  const { bm25, batch, dense, ...vectorOptions } = parseOptions(indexOptions, rest, 'indexDocuments');
  const { fields, ...words } = bm25;
  const lexical = lexicalBuilder(fields && Object.keys(fields));
  const vectors = embedder && segmentVectors(embedder, { ...dense, shorter: shorterVectors(vectorOptions) });
  const directory = directoryOf(place);
  const writer = await openStoreWriter(directory);
  try {
    if (writer.generation > 0) throw new CollectionExistsError({ place: directory.name, documents: writer.size });
    const segment = await writer.addSegment();
    let told = 0;
    const report = (done: number): void => {
      told = done;
      onProgress?.({ phase: 'indexing', done, unit: 'documents' });
    };
    const builder = new SegmentBuilder(segment, { embedder, vectors, lexical, sparse: sparse?.embedder });
    for await (const group of groupsOf(documents, batch)) {
      signal?.throwIfAborted();
      await builder.add(group, { signal, report });
      if (told < segment.size) report(segment.size);
    }
    const { finished, emptyFields } = await builder.attach(signal);
    const weighed = { ...words, ...(fields && { fields: completeFields(fields, words.b) }) };
    const settings = { ...settingsOf(model, weighed, embedder, finished), ...sparseSettings(sparse) };
    writer.configure(writeSettings(pipeline ? { ...settings, pipeline } : settings));
    const summary = await commit(writer, segment, vectors?.size ?? 0, signal);
    return emptyFields.length > 0 ? { ...summary, emptyFields } : summary;
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

/** @throws {InvalidOptionsError} dimensions are given and nothing that would choose them */
function shorterVectors({
  rotation,
  dimensions,
}: Pick<IndexOptions, 'rotation' | 'dimensions'>): ShorterVectors | undefined {
  if (rotation) return { rotation, dimensions };
  if (dimensions === undefined) return undefined;
  const message = 'give a rotation too, or open the model with these dimensions';
  throw new InvalidOptionsError({ owner: 'indexDocuments', issues: [{ path: 'dimensions', message }] });
}

function settingsOf(
  { name, precision }: ModelReference = { name: '' },
  bm25: Omit<CollectionSettings['bm25'], 'analyzer'>,
  model: Embedder | undefined,
  vectors: FinishedVectors | undefined,
): CollectionSettings {
  const sparse = { format: 1 as const, bm25: { analyzer: englishAnalyzer().name, ...bm25 } };
  if (!model || !vectors) return sparse;
  const { fingerprint, dimensions, similarity } = vectors.embedder;
  const rotated = vectors.map && { fingerprint: model.fingerprint, dimensions: model.dimensions };
  return {
    ...sparse,
    dense: {
      model: name,
      fingerprint,
      dimensions,
      similarity,
      ...(precision ? { precision } : {}),
      ...(rotated ? { rotated } : {}),
    },
  };
}

function sparseSettings(sparse: SparseModelReference | undefined): Pick<CollectionSettings, 'splade'> {
  if (!sparse) return {};
  const { name, precision, embedder } = sparse;
  const { fingerprint, vocabularySize } = embedder;
  return { splade: { model: name, fingerprint, vocabularySize, ...(precision ? { precision } : {}) } };
}

function spaceOf({ fingerprint, vocabularySize }: SparseEmbedder): { fingerprint: string; vocabularySize: number } {
  return { fingerprint, vocabularySize };
}

/** A field that does not say how its length counts has what counts for all. */
function completeFields(
  fields: Readonly<Record<string, { readonly weight: number; readonly b?: number | undefined }>>,
  everywhere: number,
): Record<string, { weight: number; b: number }> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, { weight, b = everywhere }]) => [name, { weight, b }] as const),
  );
}

/** What fills the indexes of a segment. */
interface SegmentSources {
  readonly embedder: Embedder | undefined;
  readonly vectors: SegmentVectors | undefined;
  readonly lexical: LexicalBuilder;
  readonly sparse: SparseEmbedder | undefined;
}

interface AttachedIndexes extends Pick<FinishedWords, 'emptyFields'> {
  readonly finished: FinishedVectors | undefined;
}

/** The indexes of a segment while its documents come in. */
class SegmentBuilder {
  readonly #segment: SegmentWriter;
  readonly #embedder: Embedder | undefined;
  readonly #lexical: LexicalBuilder;
  readonly #vectors: SegmentVectors | undefined;
  readonly #sparse: SparseEmbedder | undefined;
  readonly #impacts: ImpactIndexBuilder | undefined;

  constructor(segment: SegmentWriter, { embedder, vectors, lexical, sparse }: SegmentSources) {
    this.#segment = segment;
    this.#embedder = embedder;
    this.#lexical = lexical;
    this.#vectors = vectors;
    this.#sparse = sparse;
    this.#impacts = sparse && new ImpactIndexBuilder(spaceOf(sparse));
  }

  /** @param report told how many documents all encoders are done with, those of earlier calls included */
  async add(
    documents: readonly Document[],
    { signal, report }: { readonly signal: AbortSignal | undefined; readonly report: (done: number) => void },
  ): Promise<void> {
    const call = signal ? { signal } : {};
    const base = this.#segment.size;
    const encoders = [this.#embedder, this.#sparse].filter((each) => each !== undefined).length;
    const progressOf = slowestProgress(encoders, (done) => report(base + done));
    const encoding = this.#embedder?.encodeDocuments(documents, { ...call, onProgress: progressOf(0) });
    // Observed here, awaited below: a failure while the others work must not count as unhandled.
    encoding?.catch(() => undefined);
    const weighing = this.#sparse?.encodeDocuments(documents, { ...call, onProgress: progressOf(encoders - 1) });
    weighing?.catch(() => undefined);
    await this.#segment.add(documents, call);
    await this.#lexical.addAll(base, documents, call);
    if (encoding) await this.#vectors?.add(base, await encoding, signal);
    if (weighing) {
      const ordinals = Uint32Array.from(documents, (_, at) => base + at);
      this.#impacts?.add(ordinals, await weighing);
    }
  }

  /** Saves the indexes in the segment; what became of the vectors, and of the fields. */
  async attach(signal: AbortSignal | undefined): Promise<AttachedIndexes> {
    const call = signal ? { signal } : {};
    const { saved, emptyFields, ...words } = await this.#lexical.finish(call);
    await this.#segment.attach(parts.bm25, saved, { ...words, ...call });
    const impacts = await this.#impacts?.buildInSlices(call);
    if (impacts) {
      await this.#segment.attach(parts.splade, saveImpact(impacts), { fingerprint: impacts.fingerprint, ...call });
    }
    const vectors = await this.#vectors?.finish(signal);
    if (!vectors) return { emptyFields, finished: undefined };
    const { fingerprint } = vectors.embedder;
    await this.#segment.attach(parts.dense, vectors.index.save(), { fingerprint, ...call });
    if (vectors.map) await this.#segment.attach(parts.map, saveLinearMap(vectors.map), { fingerprint, ...call });
    return { emptyFields, finished: vectors };
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
