import { type CallOptions, type DocumentSpace, Pace } from '@sluice/core';
import { expectCovered } from '../../expect-space.js';
import type { Bm25Index, TermPostings } from '../bm25/bm25-index.js';
import { decodeLength } from '../bm25/length-code.js';
import { documentFields, headerFields, postingFields, postingsFields } from './ciff.js';
import { integerBytes, MessageWriter, varintBytes } from './message-writer.js';

/** Bytes of a piece, about. */
const PIECE = 1 << 16;
/** Postings between two looks at the clock. */
const STEP = 4096;

/** What {@link writeCiff} writes. */
export interface WriteCiffOptions extends Pick<CallOptions, 'signal'> {
  readonly index: Bm25Index;
  /** Whose ids the documents have. */
  readonly space: DocumentSpace;
  /**
   * What made the index, in words.
   * @default 'Sluice, analyzer FINGERPRINT'
   */
  readonly description?: string | undefined;
}

/**
 * An index in the Common Index File Format, in pieces of about 64 KiB: for Anserini, PISA, JASS, Terrier and others.
 *
 * Lengths are those that the one-byte code kept, as exporters of Lucene indexes write them.
 *
 * @throws {InvalidOptionsError} the index has ordinals that the space lacks
 * @throws the signal's `reason`, once it has fired
 * @example await pipeline(writeCiff({ index, space }), createWriteStream('index.ciff'));
 */
export async function* writeCiff({ index, space, description, signal }: WriteCiffOptions): AsyncGenerator<Uint8Array> {
  expectCovered('writeCiff', index, space);
  const pace = new Pace(signal);
  const writer = new MessageWriter();
  writeHeader(writer, index, space, description ?? `Sluice, analyzer ${index.analyzerFingerprint}`);
  for (let term = 0; term < index.terms.size; term++) {
    for (const step of writePostings(writer, index.terms.termAt(term), index.postingsOf(term))) {
      if (writer.length >= PIECE) yield writer.take();
      if (step % STEP === 0 && pace.due) await pace.rest();
    }
  }
  for (let ordinal = 0; ordinal < space.size; ordinal++) {
    writeDocument(writer, ordinal, space.idOf(ordinal), decodeLength(index.lengthCodes[ordinal] ?? 0));
    if (writer.length >= PIECE) yield writer.take();
    if (ordinal % STEP === 0 && pace.due) await pace.rest();
  }
  yield writer.take();
}

function writeHeader(writer: MessageWriter, index: Bm25Index, space: DocumentSpace, description: string): void {
  const header = new MessageWriter();
  header.integer(headerFields.version, 1);
  header.integer(headerFields.postingsLists, index.terms.size);
  header.integer(headerFields.documents, space.size);
  header.integer(headerFields.totalPostingsLists, index.terms.size);
  header.integer(headerFields.totalDocuments, space.size);
  header.integer(headerFields.totalTerms, index.tokens);
  header.double(headerFields.averageLength, index.documents === 0 ? 0 : index.tokens / index.documents);
  header.text(headerFields.description, description);
  writer.varint(header.length);
  writer.bytes(header.take());
}

/** The message's length stands before it, so its postings are gone through twice. Yields how many it has gone through. */
function* writePostings(
  writer: MessageWriter,
  term: string,
  { ordinals, frequencies }: TermPostings,
): Generator<number> {
  const start = new MessageWriter();
  let total = 0;
  let bytes = 0;
  let previous = 0;
  for (let at = 0; at < ordinals.length; at++) {
    const [ordinal, frequency] = [ordinals[at] ?? 0, frequencies[at] ?? 0];
    const own = integerBytes(ordinal - previous) + integerBytes(frequency);
    bytes += 1 + varintBytes(own) + own;
    total += frequency;
    previous = ordinal;
    if (at % STEP === 0) yield at;
  }
  start.text(postingsFields.term, term);
  start.integer(postingsFields.documentFrequency, ordinals.length);
  start.integer(postingsFields.collectionFrequency, total);
  writer.varint(start.length + bytes);
  writer.bytes(start.take());
  previous = 0;
  for (let at = 0; at < ordinals.length; at++) {
    const [gap, frequency] = [(ordinals[at] ?? 0) - previous, frequencies[at] ?? 0];
    writer.message(postingsFields.postings, integerBytes(gap) + integerBytes(frequency));
    writer.integer(postingFields.gap, gap);
    writer.integer(postingFields.frequency, frequency);
    previous += gap;
    if (at % STEP === 0) yield at;
  }
  yield 0;
}

function writeDocument(writer: MessageWriter, ordinal: number, id: string, length: number): void {
  const message = new MessageWriter(64 + 3 * id.length);
  message.integer(documentFields.ordinal, ordinal);
  message.text(documentFields.id, id);
  message.integer(documentFields.length, length);
  writer.varint(message.length);
  writer.bytes(message.take());
}
