export * from './clustered/index.js';
export { type ImpactOptions, type ImpactParameters, impact, impactParameters } from './impact.js';
export type { ImpactExplanation, ImpactTermExplanation } from './impact-explanation.js';
export {
  ImpactIndex,
  type ImpactParts,
  type ImpactPrecision,
  type Impacts,
  type WindowDocuments,
} from './impact-index.js';
export { ImpactIndexBuilder, type ImpactIndexOptions } from './impact-index-builder.js';
export type { ImpactRetriever, ImpactSources } from './impact-retriever.js';
export { type ImpactEvaluation, type ImpactSearch, ImpactSearcher } from './impact-searcher.js';
export { loadImpact, saveImpact } from './saved-impact.js';
