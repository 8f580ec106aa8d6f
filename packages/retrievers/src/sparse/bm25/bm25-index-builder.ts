import { type CallOptions, fullText, InvalidInputError, Pace, type TitledText } from '@sluice/core';
import { openTermReader } from '../analysis/analyzed-term-reader.js';
import type { Analyzer, TermReader } from '../analysis/analyzer.js';
import { packColumns } from './bm25-columns.js';
import { Bm25Index } from './bm25-index.js';
import { DocumentPostings } from './document-postings.js';
import { invertPostings } from './invert-postings.js';

/** A document on its way into the index. */
export interface OrdinalText extends TitledText {
  /** Its number in the document space: greater than that of the document before, at most 2^32 - 2. */
  readonly ordinal: number;
}

/** Documents between two reports of progress. */
const REPORT_EVERY = 256;
const MAX_ORDINAL = 0xfffffffe;

/**
 * Collects documents and makes a {@link Bm25Index} of them. The same documents give the same bytes.
 *
 * Use it once: after `build` or `buildInSlices`, and after an `addAll` that failed, drop it. Memory while building:
 * 8 bytes a posting and the distinct terms.
 *
 * @example
 * const builder = new Bm25IndexBuilder(englishAnalyzer());
 * for (const [ordinal, document] of documents.entries()) builder.add(ordinal, fullText(document));
 * const index = builder.build();
 */
export class Bm25IndexBuilder {
  readonly #analyzer: Analyzer;
  readonly #reader: TermReader;
  readonly #numbers = new Map<string, number>();
  readonly #documents = new DocumentPostings();
  #size = 0;

  constructor(analyzer: Analyzer) {
    this.#analyzer = analyzer;
    this.#reader = openTermReader(analyzer, (term) => this.#numberOf(term));
  }

  /**
   * Adds a document. Its ordinal counts even when its text has no terms.
   *
   * Synchronous: about 40 ms for a megabyte. {@link addAll} gives up the thread in between.
   *
   * @throws {InvalidInputError} the ordinal is not an integer or not above the one before; nothing was added
   */
  add(ordinal: number, text: string): void {
    this.#expectNext(ordinal);
    for (let at = 0; at < text.length; ) at = this.#readPiece(text, at);
    for (const _ of this.#endDocument(ordinal));
  }

  /**
   * Adds documents as they come, `title + ' ' + text` of each, and never holds the thread for more than 10 ms.
   *
   * @throws {InvalidInputError} as `add` does
   * @throws the signal's `reason`, once it has fired
   */
  async addAll(
    documents: AsyncIterable<OrdinalText> | Iterable<OrdinalText>,
    { signal, onProgress }: CallOptions = {},
  ): Promise<void> {
    signal?.throwIfAborted();
    const pace = new Pace(signal);
    let done = 0;
    for await (const document of documents) {
      this.#expectNext(document.ordinal);
      const text = fullText(document);
      for (let at = 0; at < text.length; ) {
        at = this.#readPiece(text, at);
        if (pace.due) await pace.rest();
      }
      for (const _ of this.#endDocument(document.ordinal)) if (pace.due) await pace.rest();
      if (pace.due) await pace.rest();
      done++;
      if (done % REPORT_EVERY === 0) onProgress?.({ phase: 'indexing', done, unit: 'documents' });
    }
    signal?.throwIfAborted();
    onProgress?.({ phase: 'indexing', done, total: done, unit: 'documents' });
  }

  /** The index. Synchronous: about 100 ms for a million postings; {@link buildInSlices} gives up the thread in between. */
  build(): Bm25Index {
    const steps = this.#steps();
    for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
  }

  /**
   * The same index, without holding the thread for long.
   *
   * @throws the signal's `reason`, once it has fired
   */
  async buildInSlices({ signal }: CallOptions = {}): Promise<Bm25Index> {
    signal?.throwIfAborted();
    const pace = new Pace(signal);
    const steps = this.#steps();
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value;
      if (pace.due) await pace.rest();
    }
  }

  *#steps(): Generator<void, Bm25Index> {
    const columns = yield* invertPostings(this.#documents, [...this.#numbers.keys()], this.#size);
    const packed = yield* packColumns(columns);
    return new Bm25Index({ ...columns, packed, analyzerFingerprint: this.#analyzer.fingerprint });
  }

  #readPiece(text: string, from: number): number {
    const end = this.#reader.read(text, from);
    this.#documents.addTokens(this.#reader.terms, this.#reader.count);
    return end;
  }

  *#endDocument(ordinal: number): Generator<void> {
    yield* this.#documents.endDocument(ordinal);
    this.#size = ordinal + 1;
  }

  #expectNext(ordinal: number): void {
    if (Number.isInteger(ordinal) && ordinal >= this.#size && ordinal <= MAX_ORDINAL) return;
    throw new InvalidInputError(
      { source: 'Bm25IndexBuilder' },
      `ordinal ${ordinal} is not an integer from ${this.#size} to ${MAX_ORDINAL}`,
      'Add documents in the order of their ordinals, each once.',
    );
  }

  #numberOf(term: string): number {
    // Terms are kept as UTF-8, which has no lone surrogates: two terms must not become the same bytes.
    const wellFormed = term.replace(/\p{Surrogate}/gu, '\ufffd');
    const known = this.#numbers.get(wellFormed);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(wellFormed, number);
    return number;
  }
}
