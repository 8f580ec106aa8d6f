export { type CachedEmbedder, cachedEmbedder } from './cache/cached-embedder.js';
export * from './quantization/index.js';
export * from './rotation/index.js';
export * from './static/index.js';
export { readModel2Vec } from './static/read-model2vec.js';
export { readStaticModel } from './static/read-static-model.js';
export {
  type TransformerEmbedder,
  type TransformerEmbedderOptions,
  transformerEmbedder,
  transformerEmbedderOptions,
} from './transformer/transformer-embedder.js';
