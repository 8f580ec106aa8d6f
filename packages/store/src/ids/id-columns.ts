/**
 * The ids of a segment's documents, packed. Little-endian on disk as in memory.
 *
 * Invariants: `offsets` starts with 0, never decreases and ends with the length of `bytes`; `ranks` is a permutation
 * of 0 to n - 1; each ordinal stands in exactly one slot, on the path that `findId` walks for its id.
 */
export interface IdColumns {
  /** UTF-8 of all ids, one after another in the order of ordinals. */
  readonly bytes: Uint8Array;
  /** n + 1 numbers: the id of ordinal `o` is `bytes[offsets[o]]` to `bytes[offsets[o + 1] - 1]`. */
  readonly offsets: Uint32Array;
  /** n numbers: how many ids come before that of ordinal `o` in the order of UTF-8 bytes. */
  readonly ranks: Uint32Array;
  /** Hash table with linear probing: 0 for a free slot, otherwise ordinal + 1. A power of two, at least 2 n. */
  readonly slots: Uint32Array;
}

/** What looking up takes. */
export type IdSlots = Pick<IdColumns, 'bytes' | 'offsets' | 'slots'>;

/**
 * Hash of an id, 0 to 2^32 - 1: FNV-1a (Fowler, Noll, Vo) over UTF-16 units, mixed by the end of MurmurHash3 (Appleby).
 * Part of the format of version 1.
 */
export function hashId(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The ordinal of an id, or -1. */
export function findId(columns: IdSlots, id: string): number {
  const { slots } = columns;
  const mask = slots.length - 1;
  for (let at = hashId(id) & mask, steps = 0; steps <= mask; at = (at + 1) & mask, steps++) {
    const ordinal = (slots[at] ?? 0) - 1;
    if (ordinal === -1 || equalsId(columns, ordinal, id)) return ordinal;
  }
  return -1;
}

/** Enters an ordinal; its id must not be in the table, and the table not full. */
export function enterId(slots: Uint32Array, hash: number, ordinal: number): void {
  const mask = slots.length - 1;
  let at = hash & mask;
  while (slots[at] !== 0) at = (at + 1) & mask;
  slots[at] = ordinal + 1;
}

function equalsId({ bytes, offsets }: IdSlots, ordinal: number, id: string): boolean {
  const from = offsets[ordinal] ?? 0;
  const length = (offsets[ordinal + 1] ?? 0) - from;
  // UTF-8 has one to three bytes for each unit, and one only in ASCII.
  if (length < id.length) return false;
  for (let at = 0; at < id.length; at++) {
    const unit = id.charCodeAt(at);
    if (unit >= 0x80) return Buffer.from(id).equals(bytes.subarray(from, from + length));
    if (unit !== bytes[from + at]) return false;
  }
  return length === id.length;
}

/** Order of two ids by their bytes: negative, 0 or positive. */
export function compareIdBytes(
  left: Pick<IdColumns, 'bytes' | 'offsets'>,
  leftOrdinal: number,
  right: Pick<IdColumns, 'bytes' | 'offsets'>,
  rightOrdinal: number,
): number {
  const leftFrom = left.offsets[leftOrdinal] ?? 0;
  const rightFrom = right.offsets[rightOrdinal] ?? 0;
  const leftLength = (left.offsets[leftOrdinal + 1] ?? 0) - leftFrom;
  const rightLength = (right.offsets[rightOrdinal + 1] ?? 0) - rightFrom;
  const shared = Math.min(leftLength, rightLength);
  for (let at = 0; at < shared; at++) {
    const difference = (left.bytes[leftFrom + at] ?? 0) - (right.bytes[rightFrom + at] ?? 0);
    if (difference !== 0) return difference;
  }
  return leftLength - rightLength;
}
