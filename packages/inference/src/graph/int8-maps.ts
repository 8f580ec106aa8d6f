import type { EncoderWeights } from './encoder-weights.js';
import { numbers } from './float-maps.js';
import { type LateMatrix, scaledInputs } from './late-matrix.js';
import type { LinearMaps } from './linear-maps.js';
import type { OnnxGraph } from './onnx-graph.js';
import type { SafetensorsFile } from './safetensors-file.js';
import { smoothing } from './smoothing.js';
import { quantizedConstants, quantizedTable, vectorConstant } from './weight-constants.js';

const FLOAT = 1;
const own = { domain: 'com.microsoft' } as const;

/**
 * Linear maps in int8: weights have a scale for each output, and what they are multiplied by is rounded when it is known.
 *
 * - Behind a normalisation some columns are many times larger than the others. They are divided by factors that the
 *   weights are multiplied by (SmoothQuant, arXiv 2211.10438, equation 4), which the normalisation does on the way.
 * - Behind the activation some tokens are many times larger than the others. Each token has its own scale.
 */
export function int8Maps(
  graph: OnnxGraph,
  source: {
    readonly file: SafetensorsFile;
    readonly weights: EncoderWeights;
    readonly epsilon: number;
    /** The largest sizes behind each normalisation that linear maps read, in order. */
    readonly ranges: readonly Float32Array[];
  },
): LinearMaps {
  const { file, weights, epsilon } = source;
  const ranges = source.ranges.values();
  const nextRanges = (columns: number): Float32Array => ranges.next().value ?? new Float32Array(columns).fill(1);
  const vector = (values: Float32Array): string => graph.constant(vectorConstant(values));
  return {
    words(ids) {
      const { codes, scales } = quantizedTable(file, weights.words);
      const rows = graph.node('Gather', [graph.constant(codes), ids]);
      const wide = graph.node('Cast', [rows], { integers: { to: FLOAT } });
      return graph.node('Mul', [wide, graph.node('Gather', [graph.constant(scales), ids])]);
    },
    async norm(sum, norm, readers) {
      const factor = await numbers(file, norm.factor);
      const summand = await numbers(file, norm.summand);
      const smooth = readers.length > 0 ? await smoothing(nextRanges(factor.length), readers) : undefined;
      const divide = (values: Float32Array): string =>
        vector(smooth ? values.map((v, i) => v / (smooth[i] ?? 1)) : values);
      const parts = [sum, divide(factor), divide(summand)];
      const normed = graph.node('LayerNormalization', parts, { floats: { epsilon }, integers: { axis: -1 } });
      if (!smooth) return { value: normed, map: () => normed };
      const [codes = '', scale = '', zero = ''] = graph.nodes('DynamicQuantizeLinear', [normed], { outputs: 3 });
      return {
        value: graph.node('Mul', [normed, vector(smooth)]),
        map(matrix, bias) {
          const weight = quantizedConstants(scaledInputs(matrix, smooth));
          const inputs = [codes, graph.constant(weight.codes), scale, graph.constant(weight.scales), zero];
          if (bias) inputs.push('', vector(bias));
          return graph.node('MatMulIntegerToFloat', inputs, own);
        },
      };
    },
    attended(value, matrix, bias) {
      const { codes, scales } = quantizedConstants(matrix);
      return graph.node(
        'DynamicQuantizeMatMul',
        [value, graph.constant(codes), graph.constant(scales), '', vector(bias)],
        own,
      );
    },
    activated: (value, matrix, bias) => mapEachToken(graph, value, matrix, bias),
  };
}

/**
 * Every activation written here is above -0.1701. Codes 38 to 255 stand for 0 to the largest number of a token (at least
 * 1), and the 38 below for what is negative.
 */
const ZERO = 38;
const STEPS = 255 - ZERO;

function mapEachToken(graph: OnnxGraph, value: string, matrix: LateMatrix, bias: Float32Array): string {
  const weight = quantizedConstants(matrix);
  const largest = graph.node('ReduceMax', [value, graph.integers([-1])], { integers: { keepdims: 1 } });
  const size = graph.node('Max', [largest, graph.scalar(1)]);
  const step = graph.scalar(1 / STEPS);
  const zero = graph.constant({ type: 'uint8', shape: [], bytes: Uint8Array.of(ZERO) });
  const codes = graph.node('QuantizeLinear', [graph.node('Div', [value, size]), step, zero]);
  const inputs = [codes, graph.constant(weight.codes), step, graph.constant(weight.scales), zero];
  const mapped = graph.node('MatMulIntegerToFloat', inputs, own);
  return graph.node('Add', [graph.node('Mul', [mapped, size]), graph.constant(vectorConstant(bias))]);
}
