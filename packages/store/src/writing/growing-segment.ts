import { type Document, InvalidInputError, MetadataColumnsBuilder, nextTurn, paced } from '@sluice/core';
import type { ContainerWriter } from '@sluice/files';
import { documentSchema } from '../documents/document-schema.js';
import { DOCUMENTS_KIND } from '../documents/documents-layout.js';
import { DocumentsWriter } from '../documents/documents-writer.js';
import { SegmentFinishedError } from '../errors/segment-finished-error.js';
import { IdTableBuilder } from '../ids/id-table-builder.js';
import { saveIdColumns } from '../ids/saved-id-table.js';
import type { SegmentEntry } from '../manifest/manifest.js';
import { saveMetadata } from '../metadata/saved-metadata.js';
import type { WriterFiles } from './writer-files.js';

const STEP = 256;

/** The files of a segment while documents are added. */
export class GrowingSegment {
  readonly #files: WriterFiles;
  readonly #prefix: string;
  readonly #container: ContainerWriter;
  readonly #documents: DocumentsWriter;
  readonly #ids = new IdTableBuilder();
  #metadata = new MetadataColumnsBuilder();
  #finished: Omit<SegmentEntry, 'parts'> | undefined;

  static async start(files: WriterFiles, generation: number): Promise<GrowingSegment> {
    const prefix = files.nextPrefix(generation);
    const container = await files.create(`${prefix}documents`, DOCUMENTS_KIND);
    return new GrowingSegment(files, prefix, container, await DocumentsWriter.start(container));
  }

  private constructor(files: WriterFiles, prefix: string, container: ContainerWriter, documents: DocumentsWriter) {
    this.#files = files;
    this.#prefix = prefix;
    this.#container = container;
    this.#documents = documents;
  }

  get size(): number {
    return this.#ids.size;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /**
   * The documents, each checked and with an id that is new.
   *
   * @param taken whether another segment has an id
   * @throws {InvalidInputError}
   * @throws {SegmentFinishedError}
   */
  async check(documents: readonly Document[], taken: (id: string) => boolean): Promise<Document[]> {
    if (this.#finished) throw new SegmentFinishedError();
    const checked: Document[] = [];
    const batch = new Set<string>();
    for (const [row, document] of documents.entries()) {
      const parsed = parseDocument(document, row);
      if (batch.has(parsed.id) || this.has(parsed.id) || taken(parsed.id)) {
        throw new InvalidInputError(
          { source: 'documents', row },
          `the id ${JSON.stringify(parsed.id)} is in the collection already`,
          'Give each document one id.',
        );
      }
      batch.add(parsed.id);
      checked.push(parsed);
      if (row % STEP === STEP - 1) await nextTurn();
    }
    return checked;
  }

  /** Adds documents that `check` has returned. */
  async add(documents: readonly Document[]): Promise<void> {
    await this.#ids.reserve(documents.map(({ id }) => id));
    for (const document of documents) {
      this.#ids.add(document.id);
      this.#metadata.add(document.metadata);
      await this.#documents.add(document);
    }
  }

  /** Writes the last files and returns their names. A second call returns the same. */
  async finish(signal?: AbortSignal): Promise<Omit<SegmentEntry, 'parts'>> {
    if (this.#finished) return this.#finished;
    const options = signal ? { signal } : {};
    const header = await this.#documents.finish();
    const documents = await this.#files.complete(`${this.#prefix}documents`, this.#container, header);
    const ids = saveIdColumns(await this.#ids.finish(signal));
    const metadata = await paced(saveMetadata(await paced(this.#metadata.buildSteps(), signal)), signal);
    this.#finished = {
      size: this.size,
      documents,
      ids: await this.#files.write(`${this.#prefix}ids`, ids, options),
      metadata: await this.#files.write(`${this.#prefix}metadata`, metadata, options),
    };
    this.#metadata = new MetadataColumnsBuilder();
    return this.#finished;
  }

  /** Ends writing where it is. */
  async close(): Promise<void> {
    await Promise.allSettled([this.#documents.settled()]);
    await this.#container.close();
  }
}

function parseDocument(document: Document, row: number): Document {
  const parsed = documentSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0] ?? { path: [], message: 'not a document' };
  throw new InvalidInputError(
    { source: 'documents', row },
    `${path.map(String).join('.') || 'the document'}: ${message}`,
    'A document has an id, a text, and perhaps a title and metadata.',
  );
}
