import { Bitmap } from '../bitmap.js';
import type { Metadata, MetadataValue } from '../metadata.js';
import { compareUtf8 } from '../utf8-order.js';
import type { FieldColumns, MetadataColumns, Postings } from './metadata-columns.js';

/** Values of one field while documents are read. */
interface FieldBuilder {
  readonly present: Bitmap;
  readonly numbers: Map<number, number[]>;
  readonly strings: Map<string, number[]>;
  readonly whereTrue: Bitmap;
  readonly whereFalse: Bitmap;
}

/**
 * The columns of documents' metadata, in memory.
 *
 * A document's position is its ordinal. NaN is left out: no filter can ask for it. O(values x log values).
 *
 * @param metadata one a document; `undefined` for a document without
 */
export function metadataColumnsOf(metadata: readonly (Metadata | undefined)[]): MetadataColumns {
  const builders = new Map<string, FieldBuilder>();
  for (const [document, fields] of metadata.entries()) {
    for (const [name, value] of Object.entries(fields ?? {})) {
      if (value === null || value === undefined) continue;
      const builder = builders.get(name) ?? emptyBuilder(metadata.length);
      builders.set(name, builder);
      addValue(builder, document, value);
    }
  }
  const columns = [...builders].map(([name, builder]): [string, FieldColumns] => [name, built(builder)]);
  return { size: metadata.length, fields: new Map(columns) };
}

function emptyBuilder(size: number): FieldBuilder {
  return {
    present: new Bitmap(size),
    numbers: new Map(),
    strings: new Map(),
    whereTrue: new Bitmap(size),
    whereFalse: new Bitmap(size),
  };
}

function addValue(builder: FieldBuilder, document: number, value: NonNullable<MetadataValue>): void {
  builder.present.add(document);
  for (const element of typeof value === 'object' ? value : [value]) {
    if (typeof element === 'boolean') (element ? builder.whereTrue : builder.whereFalse).add(document);
    else if (typeof element === 'string') post(builder.strings, element, document);
    else if (!Number.isNaN(element)) post(builder.numbers, element, document);
  }
}

function post<Value>(postings: Map<Value, number[]>, value: Value, document: number): void {
  const documents = postings.get(value);
  if (!documents) postings.set(value, [document]);
  else if (documents.at(-1) !== document) documents.push(document);
}

function built({ present, numbers, strings, whereTrue, whereFalse }: FieldBuilder): FieldColumns {
  const numberValues = [...numbers.keys()].sort((left, right) => left - right);
  const stringValues = [...strings.keys()].sort(compareUtf8);
  return {
    present,
    numbers: { values: Float64Array.from(numberValues), ...packed(numberValues, numbers) },
    strings: { values: stringValues, ...packed(stringValues, strings) },
    whereTrue,
    whereFalse,
  };
}

function packed<Value>(values: readonly Value[], postings: ReadonlyMap<Value, readonly number[]>): Postings {
  const lists = values.map((value) => postings.get(value) ?? []);
  const offsets = new Uint32Array(lists.length + 1);
  for (const [at, list] of lists.entries()) offsets[at + 1] = (offsets[at] ?? 0) + list.length;
  return { offsets, documents: Uint32Array.from(lists.flat()) };
}
