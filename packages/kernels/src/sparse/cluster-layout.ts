/**
 * Where a header of clustered impacts holds what: byte offsets of 32-bit fields, but for two of 64 bits. Pointers are
 * byte offsets in the memory. `assembly/sparse/fields.ts` has the same list.
 */
export const CLUSTER_FIELDS = {
  /** Bytes of a term's low part: 1 or 2. */
  lowBytes: 0,
  /** Bytes of an impact: 1 or 2 for integers, 4 for float32. */
  impactBytes: 4,
  /** uint32, one more than there are rows: where a row's terms begin. */
  rowOffsets: 8,
  /** uint16, `bucketBytes` a row: where each bucket of terms begins within the row, and where the last one ends. */
  bucketStarts: 12,
  bucketBytes: 16,
  /** Low parts of the terms of all rows, rising within a bucket; 16 bytes of room behind them. */
  lows: 20,
  /** Impacts, in the same places; room for one more. */
  impacts: 24,
  /** uint32, one more than there are terms: the first cluster of each term's list. */
  listClusters: 28,
  /** uint32, one more than there are clusters: where a cluster's members begin. */
  clusterMembers: 32,
  /** uint32: rows. */
  members: 36,
  /** uint32, one more than there are terms: the first line of each list's summaries. */
  listLines: 40,
  /** uint32, one a line, rising within a list. */
  lineTerms: 44,
  /** uint32, one more than there are lines: where its entries begin. */
  lineStarts: 48,
  /** uint8, one an entry: the cluster's place in its list. */
  entryClusters: 52,
  /** uint8, one an entry: the summary's value. */
  entryValues: 56,
  /** uint32, rising. */
  queryTerms: 60,
  /** float64: what an impact of the term is multiplied by. */
  queryWeights: 64,
  /** uint32: the byte where the term's bucket begins, within a row's `bucketStarts`. */
  queryBuckets: 68,
  /** uint32: the term's low part. */
  queryLows: 72,
  /** Terms of the query. */
  queryLength: 76,
  /** uint32: places of the terms whose lists are read. */
  chosen: 80,
  chosenLength: 84,
  /** float64, room for as many as a list has clusters. */
  sums: 88,
  /** uint32, room for the clusters of the chosen lists. */
  unsorted: 92,
  /** float64, room for as many. */
  products: 96,
  /** uint32, room for as many: clusters, best first. */
  ranked: 100,
  /** uint32, room for as many: their summaries' products in steps of `step`. */
  levels: 104,
  rankedLength: 108,
  /** uint32, room for two more than there are levels. */
  levelStarts: 112,
  /** Bits, one a row; all 0 between calls. */
  seen: 116,
  /** uint32, room for all rows. */
  found: 120,
  /** float32, room for all rows. */
  scores: 124,
  /** float32, room for the k best scores: a heap, the least at the root. */
  best: 128,
  /** Bits, one a row: others are passed over. 0: none. */
  filter: 132,
  /** Clusters that the last walk read. */
  clustersWalked: 136,
  /** Rows that the last walk scored. */
  rowsScored: 140,
  /** float64: what a summary's value is multiplied by to be an impact. */
  summaryScale: 144,
  /** float64: of the levels. */
  step: 152,
} as const;

/** Bytes of a header. */
export const CLUSTER_HEADER_BYTES = 192;

/** Into so many levels the products of summaries are sorted. */
export const LEVELS = 4096;

/** The level of a list without summaries: its clusters are always read. */
export const ALWAYS: number = LEVELS + 1;
