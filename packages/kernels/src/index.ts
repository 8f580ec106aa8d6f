export { type BestOfEachCall, bestOfEach } from './best-of-each.js';
export { type ClampScoresCall, clampScores } from './clamp-scores.js';
export {
  CODEWORDS,
  type CodeSums,
  type ListedCodeSums,
  sumCodes,
  sumCodesListed,
} from './code-sums.js';
export { type DecodeCompactCall, decodeCompact } from './compact-rows.js';
export type { CompiledKernels, Sharing } from './compiled.js';
export { MemoryLimitError, ShapeError } from './errors/index.js';
export { type Float16Call, type Float16ListedCall, scoreFloat16, scoreFloat16Listed } from './float16.js';
export { decodeFloat16, encodeFloat16, LARGEST_FLOAT16 } from './float16-codes.js';
export {
  FLOAT32_COLUMNS,
  type Float32Call,
  type Float32ListedCall,
  type Float32Metric,
  scoreFloat32,
  scoreFloat32Listed,
} from './float32.js';
export { type Float32PrefixCall, scoreFloat32Prefix } from './float32-prefix.js';
export { type DecodeNodesCall, decodeNodes } from './graph/decode-nodes.js';
export { Graph } from './graph/graph.js';
export { LARGEST_INTEGER } from './graph/graph-layout.js';
export {
  type GraphCode,
  type GraphNeighbours,
  type GraphParts,
  type GraphShape,
  graphColumns,
  graphSketchBytes,
} from './graph/graph-shape.js';
export { hasKernelWorkers, processorCount } from './graph/kernel-worker.js';
export type { LinkingOptions } from './graph/link-in-threads.js';
export { type ScoreNodesCall, scoreNodes } from './graph/score-nodes.js';
export { BINARY_BYTES, type HammingCall, hamming } from './hamming.js';
export { dotInt8, dotInt8Listed, INT8_COLUMNS, type Int8Call, type Int8ListedCall } from './int8.js';
export {
  LARGEST_CODE_SUM,
  MAXIMA_QUERIES,
  type MaximaFloat16Call,
  type MaximaInt8Call,
  maximaFloat16,
  maximaInt8,
} from './maxima.js';
export { KernelMemory, type KernelMemoryOptions, type KernelView } from './memory.js';
export { DamagedPostings } from './postings/damaged-postings.js';
export { PackedLists } from './postings/packed-lists.js';
export { BLOCK_POSTINGS, type PackedPostings } from './postings/packed-postings.js';
export { PostingLists } from './postings/posting-lists.js';
export type {
  PostingQuery,
  PostingSearch,
  ScoredPostings,
  Weighing,
  WeighingVariant,
} from './postings/posting-search.js';
export { PostingsPacker } from './postings/postings-packer.js';
export type { UnpackedPostings } from './postings/unpack-postings.js';
export { Region } from './region.js';
export { type ScaleIntegersCall, scaleIntegers } from './scale-integers.js';
export { dotSigns, dotSignsListed, packPlanes, packSigns, type SignsCall, type SignsListedCall } from './signs.js';
export { ALWAYS } from './sparse/cluster-layout.js';
export { SparseClusters } from './sparse/sparse-clusters.js';
export {
  bucketCount,
  type ClusterWalk,
  type FoundRows,
  LIST_CLUSTERS,
  lowBits,
  NARROW_COLUMNS,
  type RankedClusters,
  type SparseClustersParts,
  type SparseQuery,
} from './sparse/sparse-clusters-parts.js';
export { type WindowedParts, WindowedPostings } from './sparse/windowed-postings.js';
export { type SumMaximaCall, sumMaxima } from './sum-maxima.js';
export { type Points, packTiles, scoreTiles, TILE_POINTS, type TilesCall } from './tiles.js';
export { type Best, type Offer, offer, sortBest } from './top-k.js';
