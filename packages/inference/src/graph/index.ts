export type { GraphPrecision } from './encoder-graph.js';
export {
  type QuantizedModel,
  type QuantizeModelOptions,
  quantizeModel,
  quantizeModelOptions,
} from './quantize-model.js';
