/**
 * Where a header holds what: byte offsets of 32-bit fields. Pointers are byte offsets in the memory. Each thread that
 * works on a graph has a header of its own. `assembly/graph/fields.ts` has the same list.
 */
export const GRAPH_FIELDS = {
  /** int8, `columns` a node. */
  codes: 0,
  /** Signs, a bit a column in whole words of 64, then scale, bias, weight and error in float32. */
  sketches: 4,
  sketchBytes: 8,
  columns: 12,
  /** Blocks of the ground level, one a node: a count, then room for `groundDegree` nodes. */
  links: 16,
  groundDegree: 20,
  /** Blocks of the levels above: a count, then room for `upperDegree` nodes. */
  upperLinks: 24,
  /** uint32, one a node: its level above 27 bits, and below them its block on level 1; those above follow. */
  upperAt: 28,
  upperDegree: 32,
  /** Bits, one a node; all 0 between calls, but for a node that is hidden from the next. */
  seen: 36,
  seenBytes: 40,
  /** Room for `trailLength` nodes: what to forget after a search. 0 where it is quicker to forget all. */
  trail: 44,
  trailLength: 48,
  /** Room for the widest beam, 8 bytes an entry. */
  pool: 52,
  /** int16, `columns`. */
  query: 56,
  /** Nine bits a column: what the kernels make of the query. */
  planes: 60,
  /** What the query's integers are multiplied by, and what is added to its scores. */
  queryOwnScale: 64,
  queryBias: 68,
  /** What follows from the query: see `assembly/graph/query.ts`. */
  queryScale: 72,
  queryReach: 76,
  querySum: 80,
  queryHighSum: 84,
  querySizes: 88,
  querySquares: 92,
  /** float32: 1 for inner products, 2 for squared distances. */
  factor: 96,
  /** float32: standard deviations that an estimate may be short by, and the node is still scored. */
  margin: 100,
  /** What all threads share: see {@link ROOT_FIELDS}. */
  root: 104,
  /** Room for as many nodes as one has links. */
  batch: 108,
  scores: 112,
  highs: 116,
  /** Room for one entry more than a node has links. */
  rivals: 120,
  /** Room for the integers of two nodes more than one has links. */
  decoded: 124,
  /** How many nodes were estimated, and how many scored; these wrap. */
  estimates: 128,
  evaluations: 132,
  sink: 136,
} as const;

/** Bytes of a header. */
export const GRAPH_HEADER_BYTES = 192;

/** What all threads share: byte offsets of 32-bit fields. Locks of nodes follow from byte 64 on. */
export const ROOT_FIELDS = {
  entry: 0,
  topLevel: 4,
  /** The node that is linked next. */
  next: 8,
  /** 1: no more nodes are to be linked. */
  stop: 12,
  /** Held by whoever raises `topLevel`. */
  lock: 16,
} as const;

/** Bytes of what all share. */
export const ROOT_BYTES: number = 64 + 1024 * 4;

/** What a sign stands for in a node's integers, and the largest of these. */
export const SIGN_HALF = 120;
export const LARGEST_INTEGER = 239;

/** Bits of a node's entry in `upperAt` that name a block; those above are its level. */
export const LEVEL_SHIFT = 27;
export const HIGHEST_LEVEL = 31;

/** The last bytes of a sketch. */
export const SKETCH_NUMBER_BYTES = 16;

/** Bytes of the signs of `columns` columns. */
export function signBytes(columns: number): number {
  return Math.ceil(columns / 64) * 8;
}
