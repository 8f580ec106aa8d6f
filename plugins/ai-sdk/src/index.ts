export type { AiLibrary, EmbedManyAnswer, ProviderOptions, SdkEmbeddingModel } from './ai-library.js';
export { type AiSdkEmbedderOptions, aiSdkEmbedder } from './ai-sdk-embedder.js';
export {
  type EmbedCall,
  type SluiceEmbeddingModel,
  type SluiceEmbeddingModelOptions,
  sluiceEmbeddingModel,
} from './sluice-embedding-model.js';
