import type { Layer } from './layer.js';

/**
 * ReLU, then in training each number is dropped with probability `rate` and the others grow to make up for it.
 *
 * @param rate 0 to below 1
 * @param random uniform numbers, 0 to below 1
 */
export function reluDropout(rate: number, random: () => number): Layer {
  let factors = new Float32Array(0);
  return {
    parameters: [],
    forward(input, _rows, mode) {
      const kept = 1 / (1 - rate);
      factors = new Float32Array(input.length);
      for (let at = 0; at < input.length; at++) {
        if ((input[at] ?? 0) <= 0) continue;
        if (mode === 'inference') factors[at] = 1;
        else if (rate === 0 || random() >= rate) factors[at] = kept;
      }
      return input.map((value, at) => value * (factors[at] ?? 0));
    },
    backward(slope) {
      return slope.map((value, at) => value * (factors[at] ?? 0));
    },
  };
}
