export * from '@sluice/core';
export { type QuantizedModel, type QuantizeModelOptions, quantizeModel } from '@sluice/inference';
export * from '@sluice/rerankers';
export {
  combMnz,
  combSum,
  dbsf,
  linear,
  pruneRows,
  pruneTerms,
  rm3,
  rocchio,
  rrf,
  splade,
  type TermPruning,
} from '@sluice/retrievers';
export type { Collection, Passage, PipelineChoice, SearchOptions } from './collection/collection.js';
export {
  exportCiffCollection,
  type ImportCollectionOptions,
  type ImportSummary,
  importCiffCollection,
} from './collection/exchange-collection.js';
export {
  type ExplainedScore,
  type ExplainedTerm,
  explainDocuments,
  explainSources,
} from './collection/explain-sources.js';
export {
  type IndexOptions,
  type IndexSummary,
  indexDocuments,
  type ModelReference,
  type SparseModelReference,
} from './collection/index-documents.js';
export { type OpenCollectionOptions, openCollection } from './collection/open-collection.js';
export { hybridOf, lexicalOf, type ThreeSources, threefoldOf } from './collection/ready-pipelines.js';
export { type RerankFusedOptions, rerankFused } from './collection/rerank-fused.js';
export { type SourceMaker, stageTypes } from './collection/stage-types.js';
export { standardised } from './collection/standardised.js';
export { storedPipeline } from './collection/stored-pipeline.js';
export { termTexts } from './collection/term-texts.js';
export * from './documents/index.js';
export * from './errors/index.js';
export {
  type NamedCrossEncoder,
  type OpenCrossEncoderOptions,
  openCrossEncoder,
} from './models/open-cross-encoder.js';
export { type NamedLateModel, type OpenLateModelOptions, openLateModel } from './models/open-late-model.js';
export { type NamedModel, type OpenModelOptions, openModel } from './models/open-model.js';
export { type OpenSpladeModelOptions, openSpladeModel, type SpladeModel } from './models/open-splade-model.js';
export { type HubSource, type PullModelOptions, pullModel } from './models/pull-model.js';
export { type ModelRerankerType, rerankerTypeOf } from './models/reranker-type-of.js';
export { crossEncodersOf, lateModelsOf, type RerankerReference } from './models/rerankers-of.js';
export { type ShippedCrossEncoder, shippedCrossEncoders } from './models/shipped-cross-encoders.js';
export { type ShippedModel, shippedModels } from './models/shipped-models.js';
