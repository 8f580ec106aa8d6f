import type { Layer } from './layer.js';
import { workspace } from './workspace.js';

/**
 * ReLU, then in training each number is dropped with probability `rate` and the others grow to make up for it.
 *
 * @param rate 0 to below 1
 * @param random uniform numbers, 0 to below 1
 */
export function reluDropout(rate: number, random: () => number): Layer {
  const [factorsOf, outputOf, inputOf] = [workspace(), workspace(), workspace()];
  return {
    parameters: [],
    forward(input, _rows, mode) {
      const kept = 1 / (1 - rate);
      const [factors, output] = [factorsOf(input.length), outputOf(input.length)];
      for (let at = 0; at < input.length; at++) {
        let factor = 0;
        if ((input[at] ?? 0) <= 0) factor = 0;
        else if (mode === 'inference') factor = 1;
        else if (rate === 0 || random() >= rate) factor = kept;
        factors[at] = factor;
        output[at] = (input[at] ?? 0) * factor;
      }
      return output;
    },
    backward(slope) {
      const [factors, input] = [factorsOf(slope.length), inputOf(slope.length)];
      for (let at = 0; at < slope.length; at++) input[at] = (slope[at] ?? 0) * (factors[at] ?? 0);
      return input;
    },
  };
}
