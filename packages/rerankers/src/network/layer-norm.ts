import type { Layer } from './layer.js';
import { parameter } from './parameter.js';
import { workspace } from './workspace.js';

const EPSILON = 1e-5;

/** Layer normalisation: each row to mean 0 and variance 1, then scaled and shifted by column (arXiv 1607.06450). */
export function layerNorm(name: string, scale: Float32Array, shift: Float32Array): Layer {
  const width = scale.length;
  const scales = parameter(`${name}.weight`, scale, 'free');
  const shifts = parameter(`${name}.bias`, shift, 'free');
  const [normalisedOf, deviationsOf, outputOf, inputOf] = [workspace(), workspace(), workspace(), workspace()];

  return {
    parameters: [scales, shifts],
    forward(input, rows) {
      const [normalised, deviations, output] = [normalisedOf(rows * width), deviationsOf(rows), outputOf(rows * width)];
      for (let row = 0; row < rows; row++) {
        const begin = row * width;
        const { mean, deviation } = moments(input, begin, width);
        deviations[row] = deviation;
        for (let at = 0; at < width; at++) {
          const value = ((input[begin + at] ?? 0) - mean) / deviation;
          normalised[begin + at] = value;
          output[begin + at] = value * (scale[at] ?? 0) + (shift[at] ?? 0);
        }
      }
      return output;
    },
    backward(slope, rows) {
      const [normalised, deviations, input] = [normalisedOf(rows * width), deviationsOf(rows), inputOf(rows * width)];
      for (let row = 0; row < rows; row++) {
        const begin = row * width;
        let sum = 0;
        let projection = 0;
        for (let at = 0; at < width; at++) {
          const given = slope[begin + at] ?? 0;
          const value = normalised[begin + at] ?? 0;
          scales.gradient[at] = (scales.gradient[at] ?? 0) + given * value;
          shifts.gradient[at] = (shifts.gradient[at] ?? 0) + given;
          const scaled = given * (scale[at] ?? 0);
          sum += scaled;
          projection += scaled * value;
        }
        for (let at = 0; at < width; at++) {
          const scaled = (slope[begin + at] ?? 0) * (scale[at] ?? 0);
          const centred = scaled - sum / width - ((normalised[begin + at] ?? 0) * projection) / width;
          input[begin + at] = centred / (deviations[row] ?? 1);
        }
      }
      return input;
    },
  };
}

function moments(values: Float32Array, begin: number, width: number): { mean: number; deviation: number } {
  let mean = 0;
  for (let at = 0; at < width; at++) mean += values[begin + at] ?? 0;
  mean /= width;
  let variance = 0;
  for (let at = 0; at < width; at++) variance += ((values[begin + at] ?? 0) - mean) ** 2;
  return { mean, deviation: Math.sqrt(variance / width + EPSILON) };
}
