import { type Document, InvalidInputError, type Metadata, type MetadataValue, type Query } from '@sluice/core';
import { type ByteSource, sourceName } from './byte-source.js';
import { isBlankLine, type LinePosition } from './fields.js';
import { type LineOptions, readLines } from './text-lines.js';

/** Bytes in a line of a collection at most, unless the caller says otherwise: 16 MiB. */
export const MAX_DOCUMENT_BYTES: number = 1 << 24;

/**
 * Documents of a JSON Lines file: `{"_id" or "id", "text", "title"?, "metadata"?}`, streaming, plain or gzip.
 *
 * Metadata keep numbers, strings, booleans, null and lists of them; what is nested deeper is refused. Other fields are
 * ignored. An id may be a number, which becomes its decimal text.
 *
 * @throws {InvalidInputError} a line is not such an object, an id is empty or repeated, or a text is not well-formed
 *   Unicode; with the line's number
 * @throws the signal's `reason`, once it has fired
 */
export async function* readJsonlDocuments(
  source: ByteSource,
  options: Partial<LineOptions> = {},
): AsyncGenerator<Document> {
  for await (const { position, record } of readRecords(source, options)) {
    const title = textField(record, 'title', position, 'optional');
    const metadata = metadataField(record, position);
    yield {
      id: idField(record, position),
      text: textField(record, 'text', position, 'required') ?? '',
      ...(title ? { title } : {}),
      ...(metadata ? { metadata } : {}),
    };
  }
}

/**
 * Queries of a JSON Lines file: `{"_id" or "id", "text"}`, streaming, plain or gzip. Other fields are ignored.
 *
 * @throws {InvalidInputError} as {@link readJsonlDocuments}
 */
export async function* readJsonlQueries(
  source: ByteSource,
  options: Partial<LineOptions> = {},
): AsyncGenerator<Query & { readonly id: string }> {
  for await (const { position, record } of readRecords(source, options)) {
    yield { id: idField(record, position), text: textField(record, 'text', position, 'required') ?? '' };
  }
}

interface PlacedRecord {
  readonly position: LinePosition;
  readonly record: Readonly<Record<string, unknown>>;
}

async function* readRecords(source: ByteSource, options: Partial<LineOptions>): AsyncGenerator<PlacedRecord> {
  const name = sourceName(source);
  const seen = new Set<string>();
  for await (const { first, lines } of readLines(source, { maxLineBytes: MAX_DOCUMENT_BYTES, ...options })) {
    for (const [at, text] of lines.entries()) {
      if (isBlankLine(text)) continue;
      const position = { source: name, line: first + at };
      const record = parseRecord(text, position);
      const id = idField(record, position);
      if (seen.has(id)) throw refuse(position, `the id '${id}' appears for the second time`);
      seen.add(id);
      yield { position, record };
    }
  }
}

function parseRecord(text: string, position: LinePosition): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const advice = 'Write one JSON object on each line.';
    throw new InvalidInputError(position, 'the line is not JSON', advice, { cause });
  }
  if (!isRecord(value)) throw refuse(position, 'the line is not a JSON object');
  return value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function idField(record: Readonly<Record<string, unknown>>, position: LinePosition): string {
  const value = record._id ?? record.id;
  const id = typeof value === 'number' ? String(value) : value;
  if (typeof id !== 'string' || id === '')
    throw refuse(position, "there is no id ('_id' or 'id', a string or a number)");
  return wellFormed(id, 'id', position);
}

function textField(
  record: Readonly<Record<string, unknown>>,
  field: 'text' | 'title',
  position: LinePosition,
  need: 'required' | 'optional',
): string | undefined {
  const value = record[field] ?? undefined;
  if (value === undefined && need === 'optional') return undefined;
  if (typeof value !== 'string') throw refuse(position, `'${field}' is not a string`);
  return wellFormed(value, field, position);
}

function metadataField(record: Readonly<Record<string, unknown>>, position: LinePosition): Metadata | undefined {
  const { metadata } = record;
  if (metadata === undefined || metadata === null) return undefined;
  if (!isRecord(metadata)) throw refuse(position, "'metadata' is not an object");
  const entries = Object.entries(metadata).map(([key, value]): [string, MetadataValue] => {
    if (isScalar(value) || value === null || isScalarList(value)) return [key, value];
    throw refuse(position, `'metadata.${key}' is neither a string, a number, a boolean nor a list of them`);
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function isScalarList(value: unknown): value is readonly (string | number | boolean)[] {
  return Array.isArray(value) && value.every(isScalar);
}

/** A surrogate without its partner, which UTF-8 cannot express. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function wellFormed(text: string, field: string, position: LinePosition): string {
  if (LONE_SURROGATE.test(text)) throw refuse(position, `'${field}' contains half of a surrogate pair`);
  return text;
}

function refuse(position: LinePosition, problem: string): InvalidInputError {
  return new InvalidInputError(position, problem, 'Correct or remove the line.');
}
