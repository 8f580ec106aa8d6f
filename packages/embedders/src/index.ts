export * from './batch/index.js';
export { type CachedEmbedder, cachedEmbedder } from './cache/cached-embedder.js';
export * from './errors/index.js';
export {
  type ColbertEmbedder,
  type ColbertEmbedderFields,
  type ColbertEmbedderOptions,
  colbertEmbedder,
  colbertEmbedderOptions,
  type TokenPooling,
  type TokenPoolingOptions,
} from './multi-vector/colbert-embedder.js';
export { type PoolTokenVectorsOptions, poolTokenVectors } from './multi-vector/pool-token-vectors.js';
export {
  type ByteVectors,
  type HalfVectors,
  restoreVectors,
  type StoredVectors,
  storeVectors,
} from './multi-vector/stored-vectors.js';
export * from './quantization/index.js';
export * from './remote/index.js';
export * from './rotation/index.js';
export type { WeighedTerm } from './sparse/decode-terms.js';
export {
  type DecodeOptions,
  type QueryEncoding,
  type SpladeEmbedder,
  type SpladeEmbedderFields,
  type SpladeEmbedderOptions,
  spladeEmbedder,
  spladeEmbedderOptions,
} from './sparse/splade-embedder.js';
export * from './static/index.js';
export { readModel2Vec } from './static/read-model2vec.js';
export { readStaticModel } from './static/read-static-model.js';
export * from './tldr/index.js';
export {
  type TransformerEmbedder,
  type TransformerEmbedderOptions,
  transformerEmbedder,
  transformerEmbedderOptions,
} from './transformer/transformer-embedder.js';
