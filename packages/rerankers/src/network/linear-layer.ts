import type { Layer } from './layer.js';
import { parameter } from './parameter.js';
import { workspace } from './workspace.js';

/**
 * `output = input * weightᵀ + bias`.
 *
 * @param weight outputs x inputs, row-major
 * @param bias outputs numbers
 */
export function linearLayer(name: string, weight: Float32Array, bias: Float32Array): Layer {
  const outputs = bias.length;
  const inputs = weight.length / outputs;
  const weights = parameter(`${name}.weight`, weight, 'decays');
  const biases = parameter(`${name}.bias`, bias, 'free');
  const [outputOf, inputOf] = [workspace(), workspace()];
  let last: Float32Array = new Float32Array(0);

  return {
    parameters: [weights, biases],
    forward(input, rows) {
      last = input;
      const output = outputOf(rows * outputs);
      for (let row = 0; row < rows; row++) {
        for (let out = 0; out < outputs; out++) {
          output[row * outputs + out] = dot(input, row * inputs, weight, out * inputs, inputs) + (bias[out] ?? 0);
        }
      }
      return output;
    },
    backward(slope, rows) {
      const input = inputOf(rows * inputs).fill(0);
      for (let row = 0; row < rows; row++) {
        for (let out = 0; out < outputs; out++) {
          const factor = slope[row * outputs + out] ?? 0;
          if (factor === 0) continue;
          biases.gradient[out] = (biases.gradient[out] ?? 0) + factor;
          addScaled(weights.gradient, out * inputs, last, row * inputs, factor, inputs);
          addScaled(input, row * inputs, weight, out * inputs, factor, inputs);
        }
      }
      return input;
    },
  };
}

/** Sum of products of `length` numbers; four sums at a time keep the additions independent. */
function dot(left: Float32Array, leftAt: number, right: Float32Array, rightAt: number, length: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let at = 0;
  for (; at + 3 < length; at += 4) {
    a += (left[leftAt + at] ?? 0) * (right[rightAt + at] ?? 0);
    b += (left[leftAt + at + 1] ?? 0) * (right[rightAt + at + 1] ?? 0);
    c += (left[leftAt + at + 2] ?? 0) * (right[rightAt + at + 2] ?? 0);
    d += (left[leftAt + at + 3] ?? 0) * (right[rightAt + at + 3] ?? 0);
  }
  for (; at < length; at++) a += (left[leftAt + at] ?? 0) * (right[rightAt + at] ?? 0);
  return a + b + c + d;
}

function addScaled(
  target: Float32Array,
  targetAt: number,
  source: Float32Array,
  sourceAt: number,
  factor: number,
  length: number,
): void {
  for (let at = 0; at < length; at++) {
    target[targetAt + at] = (target[targetAt + at] ?? 0) + factor * (source[sourceAt + at] ?? 0);
  }
}
