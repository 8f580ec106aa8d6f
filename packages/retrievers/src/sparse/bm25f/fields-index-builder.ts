import { type CallOptions, type Document, InvalidOptionsError } from '@sluice/core';
import type { Analyzer } from '../analysis/analyzer.js';
import type { Bm25Index } from '../bm25/bm25-index.js';
import { Bm25IndexBuilder } from '../bm25/bm25-index-builder.js';
import { fieldText } from './field-text.js';
import { FieldsIndex } from './fields-index.js';

/** A document on its way into the index. */
export interface OrdinalDocument extends Pick<Document, 'text' | 'title' | 'metadata'> {
  /** Its number in the document space: greater than that of the document before. */
  readonly ordinal: number;
}

/** Documents that are taken from the source at once. */
const GROUP = 256;
const MAX_FIELDS = 64;

/**
 * Collects the fields of documents and makes a {@link FieldsIndex} of them. Use it once.
 *
 * @example
 * const builder = new FieldsIndexBuilder(englishAnalyzer(), ['title', 'text', 'tags']);
 * await builder.addAll(documents);
 * const index = await builder.buildInSlices();
 */
export class FieldsIndexBuilder {
  readonly #analyzer: Analyzer;
  readonly #builders: ReadonlyMap<string, Bm25IndexBuilder>;

  /**
   * @param fields `title`, `text` and names of metadata, each once; 1 to 64
   * @throws {InvalidOptionsError} there are none, too many, or one twice
   */
  constructor(analyzer: Analyzer, fields: readonly string[]) {
    expectFields(fields);
    this.#analyzer = analyzer;
    this.#builders = new Map(fields.map((field) => [field, new Bm25IndexBuilder(analyzer)]));
  }

  /**
   * Adds a document. Its ordinal counts even when its fields have no terms. Synchronous, as `Bm25IndexBuilder.add`.
   *
   * @throws {InvalidInputError} the ordinal is not an integer or not above the one before; nothing was added
   */
  add(ordinal: number, document: Omit<OrdinalDocument, 'ordinal'>): void {
    for (const [field, builder] of this.#builders) builder.add(ordinal, fieldText(document, field));
  }

  /**
   * Adds documents as they come and never holds the thread for more than 10 ms.
   *
   * @throws {InvalidInputError} as `add` does; some of the documents before are then added
   * @throws the signal's `reason`, once it has fired
   */
  async addAll(
    documents: AsyncIterable<OrdinalDocument> | Iterable<OrdinalDocument>,
    { signal, onProgress }: CallOptions = {},
  ): Promise<void> {
    let done = 0;
    for await (const group of groupsOf(documents)) {
      for (const [field, builder] of this.#builders) {
        const texts = group.map((document) => ({ ordinal: document.ordinal, text: fieldText(document, field) }));
        await builder.addAll(texts, signal ? { signal } : {});
      }
      done += group.length;
      onProgress?.({ phase: 'indexing', done, unit: 'documents' });
    }
  }

  /** The index. Synchronous; {@link buildInSlices} gives up the thread in between. */
  build(): FieldsIndex {
    return this.#index(Array.from(this.#builders, ([field, builder]) => [field, builder.build()] as const));
  }

  /**
   * The same index, without holding the thread for long.
   *
   * @throws the signal's `reason`, once it has fired
   */
  async buildInSlices(options: CallOptions = {}): Promise<FieldsIndex> {
    const built: (readonly [string, Bm25Index])[] = [];
    for (const [field, builder] of this.#builders) built.push([field, await builder.buildInSlices(options)]);
    return this.#index(built);
  }

  #index(fields: readonly (readonly [string, Bm25Index])[]): FieldsIndex {
    return new FieldsIndex(new Map(fields), this.#analyzer.fingerprint);
  }
}

function expectFields(fields: readonly string[]): void {
  const isSound = fields.length >= 1 && fields.length <= MAX_FIELDS && !fields.includes('');
  if (isSound && new Set(fields).size === fields.length) return;
  const message = `not 1 to ${MAX_FIELDS} names, each once`;
  throw new InvalidOptionsError({ owner: 'FieldsIndexBuilder', issues: [{ path: 'fields', message }] });
}

async function* groupsOf(
  documents: AsyncIterable<OrdinalDocument> | Iterable<OrdinalDocument>,
): AsyncGenerator<OrdinalDocument[]> {
  let group: OrdinalDocument[] = [];
  for await (const document of documents) {
    if (group.push(document) < GROUP) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
