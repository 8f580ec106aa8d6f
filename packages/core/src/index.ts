export { Bitmap } from './bitmap.js';
export type { CallOptions } from './call-options.js';
export type { Candidates } from './candidates.js';
export { type Document, fullText, type TitledText } from './document.js';
export type { DocumentSpace } from './document-space.js';
export type { Embedder, EncodeOptions, Similarity, SparseEmbedder } from './embedder.js';
export * from './errors/index.js';
export * from './filter/index.js';
export type { Fusion, SourceRanking } from './fusion.js';
export { heaviestTerms } from './heaviest-terms.js';
export { idSpace } from './id-space.js';
export * from './linear-algebra/index.js';
export { type Matrix, matrix, rowOf } from './matrix.js';
export type { Metadata, MetadataValue } from './metadata.js';
export type { MultiVectorEmbedder } from './multi-vector-embedder.js';
export { type MultiVectors, vectorsOf } from './multi-vectors.js';
export * from './pacing/index.js';
export { parseOptions } from './parse-options.js';
export * from './pipeline/index.js';
export { positionsIn } from './positions-in.js';
export type { OnProgress, Progress } from './progress.js';
export type { Precision, QuantizedMatrix } from './quantized-matrix.js';
export type { Query } from './query.js';
export * from './random/index.js';
export { rankByScore } from './rank-by-score.js';
export {
  expectOneSpace,
  pickColumns,
  type RankedDocument,
  Ranking,
  type RankingParts,
  type ScoreColumn,
  type ScoreColumns,
} from './ranking.js';
export type { RelevanceFilter } from './relevance-filter.js';
export { type RemapOptions, remapRanking } from './remap-ranking.js';
export { type ParsedRequirement, parseRequirement, type Requirement } from './requirement.js';
export { type RerankByScoreOptions, rerankByScore } from './rerank-by-score.js';
export type { Reranker, RerankOptions } from './reranker.js';
export type { Cutoffs, RetrieveOptions, Retriever } from './retriever.js';
export type { SavedIndex } from './saved-index.js';
export {
  bm25Scale,
  cosineScale,
  dotScale,
  euclideanScale,
  fusionScale,
  impactScale,
  logitScale,
  maxSimScale,
  probabilityScale,
  type Scale,
  type ScaleName,
} from './scale.js';
export { sortSteps } from './sort-steps.js';
export { type SparseMatrix, type SparseVector, sparseRowOf } from './sparse-matrix.js';
export type { Json, StageSpec } from './stage-spec.js';
export { Trace, type TraceStep } from './trace.js';
export { compareUtf8 } from './utf8-order.js';
export type { Neighbours, VectorIndex, VectorSearchOptions } from './vector-index.js';
