export {
  type TransformerEmbedder,
  type TransformerEmbedderOptions,
  transformerEmbedder,
  transformerEmbedderOptions,
} from './transformer/transformer-embedder.js';
