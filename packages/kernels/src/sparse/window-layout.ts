/**
 * Where a header of postings in windows holds what: byte offsets of 32-bit fields. Pointers are byte offsets in the
 * memory. `assembly/sparse/window-fields.ts` has the same list.
 */
export const WINDOW_FIELDS = {
  /** Bytes of an impact: 1 or 2 for integers, 4 for float32. */
  impactBytes: 0,
  /** Bytes of a window's number: 2 or 4. */
  windowBytes: 4,
  /** A window has two to the power of it documents. */
  windowShift: 8,
  /** uint32, one more than there are terms: the first entry of each term's groups. */
  groupOffsets: 12,
  /** uint32, one an entry: the group of {@link GROUP_WINDOWS} windows; rising within a term. */
  groups: 16,
  /** uint32, one more than there are entries: the first block of each. */
  groupBlocks: 20,
  /** float32, one an entry: the largest impact. */
  groupMaxima: 24,
  /** uint16 or uint32, one a block; rising within a term. */
  blockWindows: 28,
  /** uint32, one more than there are blocks. */
  blockStarts: 32,
  /** Impacts, one a block. */
  blockMaxima: 36,
  /** uint8, one a posting. */
  places: 40,
  /** One a posting. */
  impacts: 44,
  /** Documents are below it. */
  size: 48,
  groupCount: 52,
  /** uint32. */
  queryTerms: 56,
  /** float64: what an impact of the term is multiplied by. */
  queryWeights: 60,
  queryLength: 64,
  /** Bits by document: others are passed over. 0: none. */
  filter: 68,
  /** float64, one a group; all 0 between calls. */
  groupBounds: 72,
  /** uint32, one a group. */
  groupOrder: 76,
  /** float64, GROUP_WINDOWS; all 0 between groups. */
  windowBounds: 80,
  /** uint32, GROUP_WINDOWS. */
  windowOrder: 84,
  /** uint32, GROUP_WINDOWS a term of the query: the block of the window and one more; 0: none. */
  windowBlocks: 88,
  /** float64, one a document of a window; all 0 between windows. */
  sums: 92,
  /** uint32, room for all documents. */
  found: 96,
  /** float32, room for all documents. */
  scores: 100,
  /** float32, room for the k best scores: a heap, the least at the root. */
  best: 104,
  /** Groups that the last search looked into. */
  groupsRead: 108,
  /** Windows that the last search scored. */
  windowsScored: 112,
} as const;

/** Bytes of a header. */
export const WINDOW_HEADER_BYTES = 128;

/** Windows of a group, which has one bound for all of them. */
export const GROUP_WINDOWS = 32;
