export type {
  AiLibrary,
  EmbedManyAnswer,
  ProviderOptions,
  RerankAnswer,
  SdkEmbeddingModel,
  SdkModel,
  SdkRerankingModel,
} from './ai-library.js';
export { type AiSdkEmbedderOptions, aiSdkEmbedder } from './ai-sdk-embedder.js';
export { type AiSdkRerankerOptions, aiSdkReranker } from './ai-sdk-reranker.js';
export {
  type EmbedCall,
  type SluiceEmbeddingModel,
  type SluiceEmbeddingModelOptions,
  sluiceEmbeddingModel,
} from './sluice-embedding-model.js';
export {
  type DoRerankCall,
  type RankedIndex,
  type SluiceRerankingModel,
  type SluiceRerankingModelOptions,
  sluiceRerankingModel,
} from './sluice-reranking-model.js';
