export { httpReranker } from './http-reranker.js';
export {
  type HttpRerankerFields,
  type HttpRerankerOptions,
  httpRerankerOptions,
  type RerankDialect,
} from './http-reranker-settings.js';
