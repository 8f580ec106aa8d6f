export {
  parseStaticModel,
  type StaticModelConfig,
  type StaticModelFiles,
  staticModelConfig,
} from './parse-static-model.js';
export { type StaticEmbedderOptions, staticEmbedder, staticEmbedderOptions } from './static-embedder.js';
export type { StaticModel } from './static-model.js';
export { float32Table, int8Table, type SharedRows, type TokenTable } from './token-table.js';
