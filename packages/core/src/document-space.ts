import type { TitledText } from './document.js';

/**
 * A numbering of documents: ordinals 0 to `size - 1`, each with an id.
 *
 * Immutable. Ordinals of two spaces never mix, even when both number the same documents.
 */
export interface DocumentSpace {
  /** For messages; not unique. */
  readonly name: string;
  readonly size: number;
  /** @throws {RangeError} `ordinal` is not below `size` */
  idOf(ordinal: number): string;
  /** `undefined` for an id that is not in the space. */
  ordinalOf(id: string): number | undefined;
  /** Order of two documents by the UTF-8 bytes of their ids: negative, 0 or positive. Breaks ties wherever an order is made. */
  compare(left: number, right: number): number;
  /** Texts of the documents, in the order of `ordinals`. Absent where the space has ids only. */
  texts?(ordinals: Uint32Array): Promise<TitledText[]>;
}
