/**
 * Where a search holds what: byte offsets of 32-bit fields. Pointers are byte offsets in the memory.
 * `assembly/postings/fields.ts` has the same list.
 */
export const SEARCH_FIELDS = {
  /** As in `PackedPostings`. */
  blocks: 0,
  blockStarts: 4,
  blockLasts: 8,
  /** A byte by ordinal. */
  lengthCodes: 12,
  /** Ordinals are below it. */
  size: 16,
  /** The Rice parameter of tails without one of their own. */
  plainRice: 20,
  /** 256 in float32, by length code. */
  norms: 24,
  variant: 28,
  /** In float64. */
  k1: 32,
  delta: 40,
  /** A record for each term of the query: see {@link TERM_FIELDS}. */
  terms: 48,
  termCount: 52,
  /** Pointers to the records, in any order. */
  order: 56,
  /** Bits by ordinal; 0 for none. */
  filter: 60,
  /** 1 to leave out what cannot be among the best, 0 to score all. */
  pruning: 64,
  /** Ordinals of a window: a multiple of 64. */
  window: 68,
  /** float64, one for each ordinal of a window; all 0 between calls. */
  sums: 72,
  /** Bits, one for each ordinal of a window; all 0 between calls. */
  touched: 76,
  /** Documents of a window that were found: ordinals, and sums in float64. */
  found: 80,
  foundSums: 84,
  foundCount: 88,
  k: 92,
  /** The k best scores in float32, the worst on top. */
  heap: 96,
  heapSize: 100,
  /** Entries of 8 bytes: the complement of an ordinal, and its score in float32. */
  best: 104,
  bestCount: 108,
  /** At least k and two windows. */
  bestCapacity: 112,
  /** float32: scores below it are not kept. Start with the least above 0. */
  threshold: 116,
  /** Where the next window begins. */
  next: 120,
  /** Blocks and tails that were decoded. */
  decoded: 124,
  /** The record of the term whose bytes made a kernel trap. */
  damagedTerm: 128,
} as const;

/** Bytes of a search. */
export const SEARCH_BYTES = 132;

/** The same for a term of the query. */
export const TERM_FIELDS = {
  /** float32: idf times how often the query has it. */
  weight: 0,
  /** Blocks of the terms before it. */
  firstBlock: 4,
  fullBlocks: 8,
  /** Pointers to the tail's first byte, and behind its last. */
  tail: 12,
  tailEnd: 16,
  tailCount: 20,
  /** float32, one for each block and the tail: what a posting adds at most, for a weight of 1. */
  bounds: 24,
  /** Room for {@link SCRATCH_BYTES}: ordinals, frequencies and impacts of a block. */
  scratch: 28,
  /** The block that the search is at, and the posting in it. */
  block: 32,
  place: 36,
  /** Postings of the block whose ordinals are decoded. */
  count: 40,
  /** Which blocks the scratch holds the ordinals, frequencies and impacts of; 2^32 - 1 for none. */
  ordinalsOf: 44,
  frequenciesOf: 48,
  impactsOf: 52,
  /** float64: what the term can add within the window. */
  bound: 56,
} as const;

/** Bytes of a term's record. */
export const TERM_BYTES = 64;
/** Bytes of a term's scratch. */
export const SCRATCH_BYTES = 1536;
/** Bytes that may be read behind blocks and tails: damaged ones are decoded to their count before they are refused. */
export const READ_ROOM = 64;
