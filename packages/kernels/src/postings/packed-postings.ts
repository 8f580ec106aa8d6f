/** Postings of a full block. */
export const BLOCK_POSTINGS = 128;
/** Bytes before the columns of a block. */
export const BLOCK_HEADER = 5;
/** A frequency of a pair that stands for itself and all above it. */
export const LARGEST_PAIR_FREQUENCY = 255;
/** A Rice code with so many ones is followed by the whole number in 32 bits. */
export const RICE_ESCAPE = 20;
/** Tails of more postings begin with a byte for the parameter of their Rice codes. */
export const LONGEST_PLAIN_TAIL = 2;

/**
 * Postings of many terms, compressed.
 *
 * The postings of a term are cut into blocks of 128, and a tail of what is left. Ordinals become gaps: what lies between
 * an ordinal and the one before it, in the block before too (-1 before the first); frequencies are kept less 1.
 *
 * A block is five bytes (low bits of a gap, bytes of the gaps' high parts, the same of the frequencies, pairs), then the low
 * and the high parts of the gaps, those of the frequencies, and two bytes for each pair. It is a Rice code, parted so that
 * the low bits can be unpacked side by side. Low parts: number i of w bits is row i / 4 of lane i % 4; lane l is the words
 * l, l + 4, l + 8 and so on, little-endian, rows from the lowest bit up. High parts: from the lowest bit of each byte, for
 * each number so many zeros, and a one; no bytes at all where all are 0.
 *
 * The pairs say what any BM25 can make of a block, whatever its constants: no posting has a larger frequency and
 * a smaller length code than some pair (frequency, 255 for all from there on; length code). Source: the impacts of Lucene 8.
 *
 * A tail is a stream of bits, from the lowest of each byte: for each posting its gap in a Rice code (ones, a zero, the low
 * bits; after 20 ones 32 bits) and its frequency in Elias' gamma code (zeros, a one, as many low bits).
 */
export interface PackedPostings {
  /** By term: how many postings it has, at least 1. */
  readonly counts: Uint32Array;
  /** Blocks of all terms, term after term. */
  readonly blocks: Uint8Array;
  /** Block b is bytes `blockStarts[b]` to before `blockStarts[b + 1]`: one more than there are blocks. */
  readonly blockStarts: Uint32Array;
  /** The last ordinal of each block. */
  readonly blockLasts: Uint32Array;
  readonly tails: Uint8Array;
  /** The tail of term t is bytes `tailStarts[t]` to before `tailStarts[t + 1]`: one more than there are terms. */
  readonly tailStarts: Uint32Array;
}

/** The Rice parameter of a tail without one of its own: any gap below `size` takes one bit more. */
export function plainRice(size: number): number {
  return 32 - Math.clz32(Math.max(0, size - 1));
}

/** By term: how many blocks the terms before it have. One more than there are terms. */
export function blockOffsets(counts: Uint32Array): Uint32Array {
  const offsets = new Uint32Array(counts.length + 1);
  for (let term = 0; term < counts.length; term++) {
    offsets[term + 1] = (offsets[term] ?? 0) + Math.floor((counts[term] ?? 0) / BLOCK_POSTINGS);
  }
  return offsets;
}
