import type { Bitmap } from '../bitmap.js';

/**
 * Which documents hold each of some values.
 *
 * Those of value `v` are `documents[offsets[v]]` to `documents[offsets[v + 1] - 1]`, ascending, each once.
 */
export interface Postings {
  /** One more than there are values; starts with 0, strictly increasing. */
  readonly offsets: Uint32Array;
  readonly documents: Uint32Array;
}

/** The numbers of a field. */
export interface NumberPostings extends Postings {
  /** Strictly ascending, never NaN. */
  readonly values: Float64Array;
}

/** The strings of a field. */
export interface StringPostings extends Postings {
  /** Strictly ascending by UTF-8 bytes. */
  readonly values: readonly string[];
}

/**
 * One metadata field over all documents, inverted: from a value to the documents that hold it. A document whose field
 * is a list is found under each element; a field may hold values of several types.
 */
export interface FieldColumns {
  /** Documents in which the field is there and not null. */
  readonly present: Bitmap;
  readonly numbers: NumberPostings;
  readonly strings: StringPostings;
  readonly whereTrue: Bitmap;
  readonly whereFalse: Bitmap;
}

/** Metadata of documents 0 to `size - 1` in columns: what filters search and stores save. */
export interface MetadataColumns {
  readonly size: number;
  /** By field name. A field that no document has is absent. */
  readonly fields: ReadonlyMap<string, FieldColumns>;
}
