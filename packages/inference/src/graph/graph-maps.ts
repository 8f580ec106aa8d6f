import type { EncoderConfig } from './encoder-config.js';
import type { EncoderWeights } from './encoder-weights.js';
import { floatMaps } from './float-maps.js';
import { int8Maps } from './int8-maps.js';
import type { LinearMaps } from './linear-maps.js';
import type { OnnxGraph } from './onnx-graph.js';
import { probedMaps } from './probed-maps.js';
import type { SafetensorsFile } from './safetensors-file.js';

/**
 * How a graph is written: `probed` is float32 and tells the ranges that `int8` needs, one array for each normalisation
 * that linear maps read, in order.
 */
export type GraphRecipe =
  | { readonly precision: 'float32' | 'float16' | 'probed' }
  | { readonly precision: 'int8'; readonly ranges: readonly Float32Array[] };

/** The linear maps of a recipe. */
export function graphMaps(
  graph: OnnxGraph,
  source: { readonly file: SafetensorsFile; readonly weights: EncoderWeights; readonly config: EncoderConfig },
  recipe: GraphRecipe,
): LinearMaps {
  const parts = { file: source.file, weights: source.weights, epsilon: source.config.epsilon };
  switch (recipe.precision) {
    case 'int8':
      return int8Maps(graph, { ...parts, ranges: recipe.ranges });
    case 'probed':
      return probedMaps(graph, floatMaps(graph, parts, 'float32'), source.config.hidden);
    default:
      return floatMaps(graph, parts, recipe.precision);
  }
}
