export { type PseudoQueryOptions, pseudoQuerySteps } from './pseudo-queries.js';
export {
  type PseudoQueryParameters,
  type PseudoQueryRetrieverOptions,
  pseudoQuery,
  pseudoQueryParameters,
} from './pseudo-query.js';
export { PseudoQueryIndex, type PseudoQuerySearch } from './pseudo-query-index.js';
