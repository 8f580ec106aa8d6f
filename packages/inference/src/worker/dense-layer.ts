import { readFile } from 'node:fs/promises';
import { activate } from '../activations.js';
import { ModelFileError } from '../errors/model-file-error.js';
import type { DenseStep } from '../folder/sentence-modules.js';
import { parseSafetensors, tensorToFloat32 } from '../safetensors.js';

/** A fully connected layer: `activation(weight x vector + bias)` for each row. */
export interface DenseLayer {
  readonly outputs: number;
  /** Rows x outputs, from rows x inputs. */
  apply(rows: Float32Array): Float32Array<ArrayBuffer>;
}

/**
 * Reads a layer that follows the pooling.
 *
 * @throws {ModelFileError} the weights are missing, broken, or of another shape than the configuration says
 */
export async function loadDenseLayer(step: DenseStep): Promise<DenseLayer> {
  const { file, inputs, outputs } = step;
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new ModelFileError({ file, problem: 'the file is missing', cause });
  });
  const tensors = parseSafetensors(bytes, file);
  const weight = tensors.get('linear.weight');
  if (!weight || weight.shape[0] !== outputs || weight.shape[1] !== inputs) {
    throw new ModelFileError({ file, problem: `linear.weight is not ${outputs} x ${inputs}` });
  }
  const bias = tensors.get('linear.bias');
  if (bias && bias.shape[0] !== outputs) throw new ModelFileError({ file, problem: `linear.bias is not ${outputs}` });
  return denseLayer({
    weight: tensorToFloat32(weight, file),
    bias: bias ? tensorToFloat32(bias, file) : new Float32Array(outputs),
    inputs,
    activate: activate[step.activation],
  });
}

/** A layer in memory. */
interface LayerWeights {
  /** Outputs x inputs, row-major. */
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly inputs: number;
  readonly activate: (value: number) => number;
}

function denseLayer(layer: LayerWeights): DenseLayer {
  const { inputs, activate } = layer;
  const outputs = layer.bias.length;
  return {
    outputs,
    apply(rows) {
      const result = new Float32Array((rows.length / inputs) * outputs);
      for (let row = 0; row * outputs < result.length; row++) {
        multiply(layer, rows.subarray(row * inputs, (row + 1) * inputs), result.subarray(row * outputs));
      }
      for (let at = 0; at < result.length; at++) result[at] = activate(result[at] ?? 0);
      return result;
    },
  };
}

/** Four outputs at a time: each input is read once for them, and their sums do not wait for each other. */
function multiply({ weight, bias, inputs }: LayerWeights, row: Float32Array, target: Float32Array): void {
  let output = 0;
  for (; output + 4 <= bias.length; output += 4) {
    let [a = 0, b = 0, c = 0, d = 0] = [bias[output], bias[output + 1], bias[output + 2], bias[output + 3]];
    for (let input = 0, at = output * inputs; input < inputs; input++, at++) {
      const value = row[input] ?? 0;
      a += (weight[at] ?? 0) * value;
      b += (weight[at + inputs] ?? 0) * value;
      c += (weight[at + 2 * inputs] ?? 0) * value;
      d += (weight[at + 3 * inputs] ?? 0) * value;
    }
    target[output] = a;
    target[output + 1] = b;
    target[output + 2] = c;
    target[output + 3] = d;
  }
  for (; output < bias.length; output++) {
    let sum = bias[output] ?? 0;
    for (let input = 0; input < inputs; input++) sum += (weight[output * inputs + input] ?? 0) * (row[input] ?? 0);
    target[output] = sum;
  }
}
