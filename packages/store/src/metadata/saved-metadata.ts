import { Bitmap, type FieldColumns, type MetadataColumns, type Postings, type SavedIndex } from '@sluice/core';
import { z } from 'zod';

// Metadata columns, version 1. The header is { size, fields }: documents, and the names of the fields in the order of
// their blocks. Field f has the blocks, little-endian:
//
//   f.present  f.true  f.false                  bitmaps of `size` bits, in words of 4 bytes
//   f.numbers                                   the values, 8 bytes each, ascending
//   f.strings  f.string-ends                    UTF-8 of the values, ascending; where each ends, 4 bytes
//   f.number-offsets  f.number-documents        postings of the numbers (see core's `Postings`), 4 bytes each
//   f.string-offsets  f.string-documents        postings of the strings

export const METADATA_KIND = { kind: 'metadata', version: 1 } as const;

/** Values or documents between two yields. */
const STEP = 4096;

const headerSchema = z.strictObject({ size: z.int().nonnegative(), fields: z.array(z.string()) });

type Blocks = Readonly<Record<string, Uint8Array>>;

/** What is saved of columns. Yields often: drive it with `paced`. */
export function* saveMetadata(columns: MetadataColumns): Generator<void, SavedIndex> {
  const blocks: Record<string, Uint8Array> = {};
  for (const [at, field] of [...columns.fields.values()].entries()) {
    for (const [name, bytes] of Object.entries(yield* fieldBlocks(field))) blocks[`${at}.${name}`] = bytes;
  }
  return { ...METADATA_KIND, header: { size: columns.size, fields: [...columns.fields.keys()] }, blocks };
}

function* fieldBlocks(field: FieldColumns): Generator<void, Blocks> {
  const { present, whereTrue, whereFalse, numbers, strings } = field;
  const packed = yield* packTexts(strings.values);
  return {
    present: bytesOf(present.words),
    true: bytesOf(whereTrue.words),
    false: bytesOf(whereFalse.words),
    numbers: bytesOf(numbers.values),
    strings: packed.bytes,
    'string-ends': bytesOf(packed.ends),
    'number-offsets': bytesOf(numbers.offsets),
    'number-documents': bytesOf(numbers.documents),
    'string-offsets': bytesOf(strings.offsets),
    'string-documents': bytesOf(strings.documents),
  };
}

function* packTexts(texts: readonly string[]): Generator<void, { bytes: Uint8Array; ends: Uint32Array }> {
  const ends = new Uint32Array(texts.length);
  let end = 0;
  for (const [at, text] of texts.entries()) {
    end += Buffer.byteLength(text);
    ends[at] = end;
    if (at % STEP === STEP - 1) yield;
  }
  const bytes = Buffer.alloc(end);
  for (const [at, text] of texts.entries()) {
    bytes.write(text, at === 0 ? 0 : (ends[at - 1] ?? 0));
    if (at % STEP === STEP - 1) yield;
  }
  return { bytes, ends };
}

/** The columns, or what is wrong, in words. Yields often: drive it with `paced`. */
export function* loadMetadata({ header, blocks }: SavedIndex): Generator<void, MetadataColumns | string> {
  const parsed = headerSchema.safeParse(header);
  if (!parsed.success) return 'its header is not one of metadata';
  const { size, fields } = parsed.data;
  const columns = new Map<string, FieldColumns>();
  for (const [at, name] of fields.entries()) {
    const field = yield* loadField(blocks, `${at}.`, size);
    if (!field) return `its blocks of field ${at} do not fit together`;
    columns.set(name, field);
  }
  return { size, fields: columns };
}

function* loadField(blocks: Blocks, prefix: string, size: number): Generator<void, FieldColumns | undefined> {
  const present = bitmapOf(blocks[`${prefix}present`], size);
  const whereTrue = bitmapOf(blocks[`${prefix}true`], size);
  const whereFalse = bitmapOf(blocks[`${prefix}false`], size);
  const numberBytes = blocks[`${prefix}numbers`];
  const texts = yield* textsOf(blocks[`${prefix}strings`], wordsOf(blocks[`${prefix}string-ends`]));
  if (!present || !whereTrue || !whereFalse || !numberBytes || numberBytes.length % 8 !== 0 || !texts) return undefined;
  const values = new Float64Array(numberBytes.buffer, numberBytes.byteOffset, numberBytes.length / 8);
  const numbers = yield* postingsOf(blocks, `${prefix}number-`, values.length, size);
  const strings = yield* postingsOf(blocks, `${prefix}string-`, texts.length, size);
  if (!numbers || !strings) return undefined;
  return { present, whereTrue, whereFalse, numbers: { values, ...numbers }, strings: { values: texts, ...strings } };
}

function* postingsOf(
  blocks: Blocks,
  prefix: string,
  values: number,
  size: number,
): Generator<void, Postings | undefined> {
  const offsets = wordsOf(blocks[`${prefix}offsets`]);
  const documents = wordsOf(blocks[`${prefix}documents`]);
  if (!offsets || !documents || offsets.length !== values + 1) return undefined;
  if (offsets[0] !== 0 || offsets[values] !== documents.length) return undefined;
  for (let at = 0; at < values; at++) {
    if ((offsets[at] ?? 0) >= (offsets[at + 1] ?? 0)) return undefined;
    if (at % STEP === STEP - 1) yield;
  }
  for (let at = 0; at < documents.length; at++) {
    if ((documents[at] ?? 0) >= size) return undefined;
    if (at % STEP === STEP - 1) yield;
  }
  return { offsets, documents };
}

function* textsOf(bytes: Uint8Array | undefined, ends: Uint32Array | undefined): Generator<void, string[] | undefined> {
  if (!bytes || !ends || (ends.at(-1) ?? 0) !== bytes.length) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const texts: string[] = [];
  for (const end of ends) {
    const from = texts.length === 0 ? 0 : ends[texts.length - 1];
    texts.push(buffer.toString('utf8', from, end));
    if (texts.length % STEP === 0) yield;
  }
  return texts;
}

function bitmapOf(bytes: Uint8Array | undefined, size: number): Bitmap | undefined {
  const words = wordsOf(bytes);
  return words && words.length === (size + 31) >>> 5 ? new Bitmap(size, words) : undefined;
}

function wordsOf(bytes: Uint8Array | undefined): Uint32Array | undefined {
  return bytes && bytes.length % 4 === 0
    ? new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
    : undefined;
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
