import { compareIdBytes, findId, type IdColumns } from './id-columns.js';

/** The ids of a segment, for looking up: about 60 ns from an ordinal to its id, and about as long back. */
export class IdTable {
  readonly columns: IdColumns;
  readonly size: number;
  readonly #buffer: Buffer;
  readonly #encoding: 'latin1' | 'utf8';

  /**
   * @param columns not copied; the invariants of {@link IdColumns} hold, as `loadIdTable` has checked
   * @param encoding of the ids; `latin1` is faster and right where all are ASCII
   */
  constructor(columns: IdColumns, encoding: 'latin1' | 'utf8') {
    this.columns = columns;
    this.size = columns.ranks.length;
    const { buffer, byteOffset, length } = columns.bytes;
    this.#buffer = Buffer.from(buffer, byteOffset, length);
    this.#encoding = encoding;
  }

  /** `ordinal` must be below `size`. */
  idOf(ordinal: number): string {
    const { offsets } = this.columns;
    return this.#buffer.toString(this.#encoding, offsets[ordinal], offsets[ordinal + 1]);
  }

  /** The ordinal of an id, or -1. */
  ordinalOf(id: string): number {
    return findId(this.columns, id);
  }

  /** Place of an ordinal's id among all in the order of UTF-8 bytes, from 0. */
  rankOf(ordinal: number): number {
    return this.columns.ranks[ordinal] ?? 0;
  }

  /** Order of an id here and one of another table, by their bytes. */
  compareWith(ordinal: number, other: IdTable, otherOrdinal: number): number {
    return compareIdBytes(this.columns, ordinal, other.columns, otherOrdinal);
  }
}
