import { type CallOptions, type Document, InvalidInputError } from '@sluice/core';
import type { Directory } from '@sluice/files';
import { englishAnalyzer, importCiff, loadBm25, saveBm25, writeCiff } from '@sluice/retrievers';
import { openStore, openStoreWriter } from '@sluice/store';
import { CollectionExistsError } from '../errors/collection-exists-error.js';
import { parts, writeSettings } from './collection-settings.js';
import { directoryOf } from './directory-of.js';

/** What was imported. */
export interface ImportSummary {
  readonly documents: number;
  /** Documents whose texts were given. */
  readonly texts: number;
  /** What the file says of itself. */
  readonly description: string;
}

/** How {@link importCiffCollection} reads. */
export interface ImportCollectionOptions extends Pick<CallOptions, 'signal'> {
  /** Of the file, for errors. */
  readonly name: string;
  /**
   * Documents by id, for titles, texts and metadata: the file has none. Documents that the file lacks are left out.
   * @default none: texts are empty
   */
  readonly documents?: AsyncIterable<Document> | Iterable<Document> | undefined;
  /** @default 1.2 */
  readonly k1?: number | undefined;
  /** @default 0.75 */
  readonly b?: number | undefined;
}

/** Documents that are written at once. */
const GROUP = 1000;

/**
 * Makes a collection with the BM25 index of a file in the Common Index File Format, whose terms Lucene's English analyzer
 * made.
 *
 * @throws {CollectionExistsError} there is a collection already
 * @throws {InvalidInputError} the file is cut off or not as it must be
 * @throws the signal's `reason`, once it has fired
 */
export async function importCiffCollection(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  place: string | Directory,
  { name, documents = [], k1 = 1.2, b = 0.75, signal }: ImportCollectionOptions,
): Promise<ImportSummary> {
  const call = signal ? { signal } : {};
  const analyzer = englishAnalyzer();
  const directory = directoryOf(place);
  const writer = await openStoreWriter(directory);
  try {
    if (writer.generation > 0) throw new CollectionExistsError({ place: directory.name, documents: writer.size });
    const { index, ids, description } = await importCiff(source, { name, analyzer, ...call });
    const texts = new Map<string, Document>();
    const wanted = new Set(ids);
    for await (const document of documents) if (wanted.has(document.id)) texts.set(document.id, document);
    const segment = await writer.addSegment();
    for (let from = 0; from < ids.length; from += GROUP) {
      const group = ids.slice(from, from + GROUP).map((id): Document => texts.get(id) ?? { id, text: '' });
      await segment.add(group, call);
    }
    await segment.attach(parts.bm25, saveBm25(index), { fingerprint: analyzer.fingerprint, ...call });
    writer.configure(writeSettings({ format: 1, bm25: { analyzer: analyzer.name, k1, b } }));
    await writer.commit(call);
    return { documents: ids.length, texts: texts.size, description };
  } finally {
    await writer.close();
  }
}

/**
 * The BM25 index of a collection in the Common Index File Format, in pieces.
 *
 * @throws {StoreNotFoundError} there is no collection
 * @throws {InvalidInputError} the collection is in several segments, or weighs fields apart
 * @throws the signal's `reason`, once it has fired
 */
export async function* exportCiffCollection(
  place: string | Directory,
  options: Pick<CallOptions, 'signal'> = {},
): AsyncGenerator<Uint8Array> {
  const directory = directoryOf(place);
  const snapshot = await openStore(directory);
  try {
    const [segment, ...others] = snapshot.segments;
    if (!segment || others.length > 0) {
      const problem = `it has ${snapshot.segments.length} segments, and a file holds one index`;
      throw new InvalidInputError({ source: directory.name }, problem, 'Index the source again as a whole.');
    }
    if (segment.parts.get(parts.bm25)?.kind !== 'bm25') {
      const problem = 'it weighs fields apart, and a file holds one index of whole texts';
      throw new InvalidInputError({ source: directory.name }, problem, 'Index the source again without fields.');
    }
    const index = loadBm25(await segment.open(parts.bm25, options));
    yield* writeCiff({ index, space: snapshot.space, ...options });
  } finally {
    await snapshot.close();
  }
}
