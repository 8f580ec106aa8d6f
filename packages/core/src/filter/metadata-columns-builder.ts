import { Bitmap } from '../bitmap.js';
import type { Metadata, MetadataValue } from '../metadata.js';
import { compareUtf8 } from '../utf8-order.js';
import type { FieldColumns, MetadataColumns, Postings } from './metadata-columns.js';

/** What was read of one field: documents by value, ascending. */
interface FieldReading {
  readonly present: number[];
  readonly numbers: Map<number, number[]>;
  readonly strings: Map<string, number[]>;
  readonly whereTrue: number[];
  readonly whereFalse: number[];
}

/**
 * Makes columns of documents' metadata, one document after another: ordinals count from 0.
 *
 * NaN is left out: no filter can ask for it. Cost: 0.6 us for a document with four values.
 */
export class MetadataColumnsBuilder {
  readonly #fields = new Map<string, FieldReading>();
  #size = 0;

  /** Documents so far. */
  get size(): number {
    return this.#size;
  }

  /** The next document; `undefined` for one without metadata. */
  add(metadata: Metadata | undefined): void {
    const document = this.#size++;
    for (const name in metadata) {
      const value = Object.hasOwn(metadata, name) ? metadata[name] : undefined;
      if (value !== null && value !== undefined) addValue(this.#fieldOf(name), document, value);
    }
  }

  /** Columns of the documents so far. More may be added afterwards; the columns do not change. O(n log n). */
  build(): MetadataColumns {
    const columns = [...this.#fields].map(([name, field]): [string, FieldColumns] => [name, built(field, this.#size)]);
    return { size: this.#size, fields: new Map(columns) };
  }

  #fieldOf(name: string): FieldReading {
    const known = this.#fields.get(name);
    if (known) return known;
    const field = { present: [], numbers: new Map(), strings: new Map(), whereTrue: [], whereFalse: [] };
    this.#fields.set(name, field);
    return field;
  }
}

function addValue(field: FieldReading, document: number, value: NonNullable<MetadataValue>): void {
  field.present.push(document);
  if (typeof value !== 'object') addElement(field, document, value);
  else for (const element of value) addElement(field, document, element);
}

function addElement(field: FieldReading, document: number, element: string | number | boolean): void {
  if (typeof element === 'boolean') (element ? field.whereTrue : field.whereFalse).push(document);
  else if (typeof element === 'string') post(field.strings, element, document);
  else if (!Number.isNaN(element)) post(field.numbers, element, document);
}

function post<Value>(postings: Map<Value, number[]>, value: Value, document: number): void {
  const documents = postings.get(value);
  if (!documents) postings.set(value, [document]);
  else if (documents[documents.length - 1] !== document) documents.push(document);
}

function built({ present, numbers, strings, whereTrue, whereFalse }: FieldReading, size: number): FieldColumns {
  const numberValues = [...numbers.keys()].sort((left, right) => left - right);
  const stringValues = [...strings.keys()].sort(compareUtf8);
  return {
    present: Bitmap.of(size, present),
    numbers: { values: Float64Array.from(numberValues), ...packed(numberValues, numbers) },
    strings: { values: stringValues, ...packed(stringValues, strings) },
    whereTrue: Bitmap.of(size, whereTrue),
    whereFalse: Bitmap.of(size, whereFalse),
  };
}

function packed<Value>(values: readonly Value[], postings: ReadonlyMap<Value, readonly number[]>): Postings {
  const offsets = new Uint32Array(values.length + 1);
  for (const [at, value] of values.entries()) {
    offsets[at + 1] = (offsets[at] ?? 0) + (postings.get(value)?.length ?? 0);
  }
  const documents = new Uint32Array(offsets[values.length] ?? 0);
  for (const [at, value] of values.entries()) documents.set(postings.get(value) ?? [], offsets[at]);
  return { offsets, documents };
}
