export type { FolderModelFields } from './folder-model.js';
export {
  type TransformersJsEmbedderFields,
  type TransformersJsEmbedderOptions,
  transformersJsEmbedder,
  transformersJsEmbedderOptions,
} from './transformers-js-embedder.js';
export { type XenovaEmbedderOptions, xenovaEmbedder, xenovaEmbedderOptions } from './xenova-embedder.js';
