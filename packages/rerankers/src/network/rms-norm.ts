import type { Layer } from './layer.js';
import { parameter } from './parameter.js';
import { workspace } from './workspace.js';

const EPSILON = 1e-5;

/**
 * Root mean square normalisation: each row to a mean square of 1, then scaled and shifted by column (arXiv 1910.07467
 * with a shift). Unlike layer normalisation it keeps a row's mean, and so the whole direction of a vector.
 */
export function rmsNorm(name: string, scale: Float32Array, shift: Float32Array): Layer {
  const width = scale.length;
  const scales = parameter(`${name}.weight`, scale, 'free');
  const shifts = parameter(`${name}.bias`, shift, 'free');
  const [normalisedOf, sizesOf, outputOf, inputOf] = [workspace(), workspace(), workspace(), workspace()];

  return {
    parameters: [scales, shifts],
    forward(input, rows) {
      const [normalised, sizes, output] = [normalisedOf(rows * width), sizesOf(rows), outputOf(rows * width)];
      for (let row = 0; row < rows; row++) {
        const begin = row * width;
        const size = rootMeanSquare(input, begin, width);
        sizes[row] = size;
        for (let at = 0; at < width; at++) {
          const value = (input[begin + at] ?? 0) / size;
          normalised[begin + at] = value;
          output[begin + at] = value * (scale[at] ?? 0) + (shift[at] ?? 0);
        }
      }
      return output;
    },
    backward(slope, rows) {
      const [normalised, sizes, input] = [normalisedOf(rows * width), sizesOf(rows), inputOf(rows * width)];
      for (let row = 0; row < rows; row++) {
        const begin = row * width;
        let projection = 0;
        for (let at = 0; at < width; at++) {
          const given = slope[begin + at] ?? 0;
          const value = normalised[begin + at] ?? 0;
          scales.gradient[at] = (scales.gradient[at] ?? 0) + given * value;
          shifts.gradient[at] = (shifts.gradient[at] ?? 0) + given;
          projection += given * (scale[at] ?? 0) * value;
        }
        for (let at = 0; at < width; at++) {
          const scaled = (slope[begin + at] ?? 0) * (scale[at] ?? 0);
          input[begin + at] = (scaled - ((normalised[begin + at] ?? 0) * projection) / width) / (sizes[row] ?? 1);
        }
      }
      return input;
    },
  };
}

function rootMeanSquare(values: Float32Array, begin: number, width: number): number {
  let squares = 0;
  for (let at = 0; at < width; at++) squares += (values[begin + at] ?? 0) ** 2;
  return Math.sqrt(squares / width + EPSILON);
}
