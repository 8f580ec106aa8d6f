/** What {@link SparseClusters} is made of. Copied. Checked by the caller: see each array. */
export interface SparseClustersParts {
  /** Rows, at most 2^32 - 2. */
  readonly rows: number;
  /** Terms are numbers below it; 1 to 2^24. */
  readonly columns: number;
  /** Where each row's terms begin: rising from 0, one more than there are rows; a row has at most 65,535. */
  readonly rowOffsets: Uint32Array;
  /** Rows x ({@link bucketCount} + 1): where each bucket of a row's terms begins within the row; the last is its length. */
  readonly bucketStarts: Uint16Array;
  /** Terms modulo 2^8, or 2^16 where there are more than {@link NARROW_COLUMNS} columns; rising within a bucket. */
  readonly lows: Uint8Array | Uint16Array;
  /** In the places of the terms. */
  readonly impacts: Uint8Array | Uint16Array | Float32Array;
  /** First cluster of each term's list: rising from 0, one more than there are columns; at most {@link LIST_CLUSTERS} each. */
  readonly listClusters: Uint32Array;
  /** Where each cluster's members begin: rising from 0, one more than there are clusters. */
  readonly clusterMembers: Uint32Array;
  /** Rows. */
  readonly members: Uint32Array;
  /** First line of each term's list: rising from 0, one more than there are columns. A list without lines is always read. */
  readonly listLines: Uint32Array;
  /** The term of each line, rising within a list. */
  readonly lineTerms: Uint32Array;
  /** Where each line's entries begin: rising from 0, one more than there are lines. */
  readonly lineStarts: Uint32Array;
  /** The place of the entry's cluster in its list. */
  readonly entryClusters: Uint8Array;
  /** The summary's value; an impact of the term in the cluster is about `summaryScale` times it, or less. */
  readonly entryValues: Uint8Array;
  readonly summaryScale: number;
}

/** Clusters that a list may have. */
export const LIST_CLUSTERS = 256;

/** Up to so many columns the low part of a term is a byte. */
export const NARROW_COLUMNS: number = 2 ** 17;

/** Bits of a term's low part. */
export function lowBits(columns: number): 8 | 16 {
  return columns <= NARROW_COLUMNS ? 8 : 16;
}

/** Into so many buckets a row's terms go: those with the same high part. */
export function bucketCount(columns: number): number {
  return Math.ceil(columns / 2 ** lowBits(columns));
}

/** A sparse query. */
export interface SparseQuery {
  /** Rising, below the number of columns. */
  readonly terms: Uint32Array;
  /** What an impact of each term is multiplied by; above 0, finite. */
  readonly weights: Float64Array;
}

/** Clusters in the order in which a walk reads them: views of the kernel memory, valid until the next call. */
export interface RankedClusters {
  readonly clusters: Uint32Array;
  /** A summary's product is about the level times `step`; {@link ALWAYS} where there is no summary. */
  readonly levels: Uint32Array;
  readonly step: number;
}

/** How far a walk goes. */
export interface ClusterWalk {
  /** The best so many are found; at least 1, at most the number of rows. */
  readonly k: number;
  /**
   * Clusters are read while their summary's product times this is at least the k-th best score; above 0. `Infinity`:
   * all clusters of the chosen lists.
   */
  readonly effort: number;
  /** Bits by row: others are passed over. */
  readonly filter?: Uint32Array | undefined;
}

/** What a walk found, in no order: views of the kernel memory, valid until the next call. */
export interface FoundRows {
  /** The best k, and all that are as good as the k-th; fewer where fewer were met. */
  readonly rows: Uint32Array;
  /** Above 0. */
  readonly scores: Float32Array;
}
