import type { CallOptions } from '@sluice/core';
import { GrowingIntegers } from '../growing-integers.js';
import {
  type CiffDocument,
  type CiffHeader,
  type CiffPostings,
  documentFields,
  headerFields,
  postingFields,
  postingsFields,
} from './ciff.js';
import { MessageBytes } from './message-bytes.js';

/** Longest term, id and description, in bytes of UTF-8: a term of 1 MiB is read, more is refused before it is held. */
const MAX_TEXT_BYTES = 1 << 20;
/** A posting is two small numbers; unknown fields may be there too. */
const MAX_POSTING_BYTES = 256;
const MAX_HEADER_BYTES = MAX_TEXT_BYTES + 1024;
const TAG_BYTES = 20;

/** A file as it is read: one part after the other. */
export type CiffPart =
  | { readonly kind: 'header'; readonly header: CiffHeader }
  | ({ readonly kind: 'postings' } & CiffPostings)
  | ({ readonly kind: 'document' } & CiffDocument);

/**
 * Reads a file in the Common Index File Format, part by part: the header, every list of postings, every document.
 *
 * Holds one list at a time, and never allocates by a length or a count that the file merely claims. Each number is
 * checked: what comes out are rising ordinals of documents that are there, and as many lists and documents as announced.
 *
 * @param name of the file, for errors
 * @throws {InvalidInputError} the file is cut off, or something in it is not as it must be; with the byte
 * @throws the signal's `reason`, once it has fired
 */
export async function* readCiff(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  name: string,
  { signal }: Pick<CallOptions, 'signal'> = {},
): AsyncGenerator<CiffPart> {
  const bytes = new MessageBytes(source, name, signal);
  try {
    const header = await readHeader(bytes);
    yield { kind: 'header', header };
    for (let list = 0; list < header.postingsLists; list++) {
      yield { kind: 'postings', ...(await readPostings(bytes, header, list)) };
    }
    for (let ordinal = 0; ordinal < header.documents; ordinal++) {
      yield { kind: 'document', ...(await readDocument(bytes, ordinal, header)) };
    }
    if (await bytes.ready(1)) throw bytes.refusal('there is more than the header announced');
  } finally {
    await bytes.close();
  }
}

/** Reads the fields of a message that is ready; `read` returns false for a field that it does not know. */
function readFields(bytes: MessageBytes, end: number, read: (field: number, wire: number) => boolean): void {
  while (bytes.position < end) {
    const tag = bytes.varint();
    const wire = tag & 7;
    if (!read(Math.floor(tag / 8), wire)) bytes.skip(wire);
  }
  if (bytes.position > end) throw bytes.refusal('a field is longer than its message');
}

async function messageEnd(bytes: MessageBytes, maxBytes: number, what: string): Promise<number> {
  const length = await bytes.nextLength();
  if (length === undefined) throw bytes.refusal(`it ends before ${what}`);
  if (length > maxBytes) throw bytes.refusal(`${what} claims ${length} bytes; at most ${maxBytes} are read`);
  await bytes.expect(length, what);
  return bytes.position + length;
}

async function readHeader(bytes: MessageBytes): Promise<CiffHeader> {
  const end = await messageEnd(bytes, MAX_HEADER_BYTES, 'the header');
  const counts = new Map<number, number>();
  let averageLength = 0;
  let description = '';
  readFields(bytes, end, (field, wire) => {
    if (field === headerFields.averageLength && wire === 1) averageLength = bytes.double();
    else if (field === headerFields.description && wire === 2)
      description = bytes.text(bytes.length(), 'the description');
    else if (field >= headerFields.version && field <= headerFields.totalTerms && wire === 0) {
      counts.set(field, field === headerFields.totalTerms ? bytes.large('a count') : bytes.natural('a count'));
    } else return false;
    return true;
  });
  const count = (field: number): number => counts.get(field) ?? 0;
  if (count(headerFields.version) !== 1) {
    throw bytes.refusal(`the header says version ${count(headerFields.version)}, and this reads version 1`);
  }
  return {
    postingsLists: count(headerFields.postingsLists),
    documents: count(headerFields.documents),
    totalPostingsLists: count(headerFields.totalPostingsLists),
    totalDocuments: count(headerFields.totalDocuments),
    totalTerms: count(headerFields.totalTerms),
    averageLength,
    description,
  };
}

/** A list may be long: it is read as its bytes come. */
async function readPostings(bytes: MessageBytes, header: CiffHeader, list: number): Promise<CiffPostings> {
  const what = `list ${list} of postings`;
  const length = await bytes.nextLength();
  if (length === undefined) throw bytes.refusal(`it ends before ${what}, of ${header.postingsLists}`);
  const end = bytes.position + length;
  const [ordinals, frequencies] = [new GrowingIntegers(), new GrowingIntegers()];
  let term: string | undefined;
  const [said, found] = [
    { documents: 0, occurrences: 0 },
    { documents: 0, occurrences: 0 },
  ];
  let previous = -1;
  while (bytes.position < end) {
    if (!bytes.has(Math.min(2 * MAX_POSTING_BYTES, end - bytes.position))) {
      await bytes.expectSome(end - bytes.position, what);
    }
    const tag = bytes.varint();
    const [field, wire] = [Math.floor(tag / 8), tag & 7];
    if (field === postingsFields.postings && wire === 2) {
      const posting = readPosting(bytes);
      const ordinal = previous < 0 ? posting.gap : previous + posting.gap;
      if (previous >= 0 && posting.gap === 0) throw bytes.refusal(`${what} names a document twice`);
      if (ordinal >= header.documents) throw bytes.refusal(`${what} names document ${ordinal} of ${header.documents}`);
      ordinals.push(ordinal);
      frequencies.push(posting.frequency);
      found.documents++;
      found.occurrences += posting.frequency;
      previous = ordinal;
    } else if (field === postingsFields.term && wire === 2) {
      term = await readText(bytes, 'a term');
    } else if (field === postingsFields.documentFrequency && wire === 0) {
      said.documents = bytes.large('a document frequency');
    } else if (field === postingsFields.collectionFrequency && wire === 0) {
      said.occurrences = bytes.large('a collection frequency');
    } else if (wire === 2) {
      await bytes.pass(bytes.length(), what);
    } else bytes.skip(wire);
  }
  if (bytes.position > end) throw bytes.refusal('a field is longer than its message');
  if (term === undefined || term === '') throw bytes.refusal(`${what} has no term`);
  expectCounts(bytes, header, what, { said, found });
  return { term, ordinals: ordinals.view(), frequencies: frequencies.view() };
}

interface ListCounts {
  readonly documents: number;
  readonly occurrences: number;
}

/** A part of a collection may carry the frequencies of the whole. @throws {InvalidInputError} a list has not what it says */
function expectCounts(
  bytes: MessageBytes,
  { documents, totalDocuments }: CiffHeader,
  what: string,
  { said, found }: { readonly said: ListCounts; readonly found: ListCounts },
): void {
  const isRight =
    documents === totalDocuments
      ? said.documents === found.documents && said.occurrences === found.occurrences
      : said.documents >= found.documents && said.occurrences >= found.occurrences;
  if (isRight) return;
  const counted = `${found.documents} documents and ${found.occurrences} occurrences`;
  throw bytes.refusal(`${what} has ${counted}, and says ${said.documents} and ${said.occurrences}`);
}

function readPosting(bytes: MessageBytes): { gap: number; frequency: number } {
  const length = bytes.length();
  if (length > MAX_POSTING_BYTES) throw bytes.refusal(`a posting claims ${length} bytes`);
  let [gap, frequency] = [0, 0];
  readFields(bytes, bytes.position + length, (field, wire) => {
    if (field === postingFields.gap && wire === 0) gap = bytes.natural('a gap');
    else if (field === postingFields.frequency && wire === 0) frequency = bytes.natural('a frequency');
    else return false;
    return true;
  });
  if (frequency === 0) throw bytes.refusal('a posting has no frequency');
  return { gap, frequency };
}

async function readText(bytes: MessageBytes, what: string): Promise<string> {
  const length = bytes.length();
  if (length > MAX_TEXT_BYTES)
    throw bytes.refusal(`${what} claims ${length} bytes; at most ${MAX_TEXT_BYTES} are read`);
  await bytes.expect(length, what);
  return bytes.text(length, what);
}

async function readDocument(bytes: MessageBytes, ordinal: number, { documents }: CiffHeader): Promise<CiffDocument> {
  const what = `document ${ordinal} of ${documents}`;
  const end = await messageEnd(bytes, MAX_TEXT_BYTES + TAG_BYTES, what);
  let [found, length, id] = [0, 0, ''];
  readFields(bytes, end, (field, wire) => {
    if (field === documentFields.ordinal && wire === 0) found = bytes.natural('a document number');
    else if (field === documentFields.length && wire === 0) length = bytes.natural("a document's length");
    else if (field === documentFields.id && wire === 2) id = bytes.text(bytes.length(), 'an id');
    else return false;
    return true;
  });
  if (found !== ordinal) throw bytes.refusal(`${what} says that it is ${found}`);
  if (id === '') throw bytes.refusal(`${what} has no id`);
  return { ordinal, id, length };
}
