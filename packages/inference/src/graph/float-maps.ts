import type { EncoderWeights, NormWeights } from './encoder-weights.js';
import type { LateMatrix } from './late-matrix.js';
import type { LinearMaps } from './linear-maps.js';
import type { Constant, OnnxGraph } from './onnx-graph.js';
import type { SafetensorsFile } from './safetensors-file.js';
import { type FloatStorage, tableConstant, turnedConstant, vectorConstant } from './weight-constants.js';

const FLOAT = 1;

/** Linear maps in float32. Weights stored in float16 are widened once, when the model is loaded. */
export function floatMaps(
  graph: OnnxGraph,
  source: { readonly file: SafetensorsFile; readonly weights: EncoderWeights; readonly epsilon: number },
  storage: FloatStorage,
): LinearMaps {
  const { file, weights, epsilon } = source;
  const constant = (stored: Constant): string => {
    const name = graph.constant(stored);
    return stored.type === 'float32' ? name : graph.node('Cast', [name], { integers: { to: FLOAT } });
  };
  const vector = (values: Float32Array): string => graph.constant(vectorConstant(values));
  const map = (value: string, matrix: LateMatrix, bias?: Float32Array): string => {
    const mapped = graph.node('MatMul', [value, constant(turnedConstant(matrix, storage))]);
    return bias ? graph.node('Add', [mapped, vector(bias)]) : mapped;
  };
  return {
    words: (ids) => graph.node('Gather', [constant(tableConstant(file, weights.words, storage)), ids]),
    async norm(sum, { factor, summand }: NormWeights) {
      const parts = [vector(await numbers(file, factor)), vector(await numbers(file, summand))];
      const value = graph.node('LayerNormalization', [sum, ...parts], { floats: { epsilon }, integers: { axis: -1 } });
      return { value, map: (matrix, bias) => map(value, matrix, bias) };
    },
    attended: map,
    activated: map,
  };
}

/** All numbers of a vector. */
export function numbers(file: SafetensorsFile, place: NormWeights['factor']): Promise<Float32Array> {
  return file.rows(place, 0, place.shape[0] ?? 0);
}
