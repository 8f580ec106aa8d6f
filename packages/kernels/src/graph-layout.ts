/**
 * Where a graph's header holds what: byte offsets of 32-bit fields. Pointers are byte offsets in the memory.
 * `assembly/graph.ts` has the same list.
 */
export const GRAPH_FIELDS = {
  /** int8, `columns` a node. */
  codes: 0,
  /** float32, one a node: what its codes are multiplied by. */
  scales: 4,
  /** float32, one a node: what is added to its scores. */
  biases: 8,
  columns: 12,
  /** Blocks of the ground level, one a node: a count, then room for `groundDegree` nodes. */
  links: 16,
  groundDegree: 20,
  /** Blocks of the levels above: a count, then room for `upperDegree` nodes. */
  upperLinks: 24,
  /** uint32, one a node: its block on level 1; those of higher levels follow. Undefined for nodes of level 0. */
  upperAt: 28,
  upperDegree: 32,
  /** Bits, one a node; all 0 between calls, but for a node that is hidden from the next. */
  seen: 36,
  seenBytes: 40,
  /** Room for `trailLength` nodes: what to forget after a search. */
  trail: 44,
  trailLength: 48,
  /** Room for the widest beam, 8 bytes an entry. */
  pool: 52,
  /** int16, `columns`. */
  query: 56,
  queryScale: 60,
  queryBias: 64,
  /** float32: 1 for inner products, 2 for squared distances. */
  factor: 68,
  entry: 72,
  topLevel: 76,
  /** Room for as many nodes as one has links. */
  batch: 80,
  products: 84,
  chosen: 88,
  /** Room for one entry more than a node has links. */
  rivals: 92,
  /** How many scores were computed; wraps. */
  evaluations: 96,
  sink: 100,
} as const;

/** Bytes of a header. */
export const GRAPH_HEADER_BYTES = 128;
