import type { Layer } from './layer.js';
import { parameter } from './parameter.js';
import { workspace } from './workspace.js';

const EPSILON = 1e-5;

/** Layer normalisation: each row to mean 0 and variance 1, then scaled and shifted by column (arXiv 1607.06450). */
export function layerNorm(name: string, scale: Float32Array, shift: Float32Array): Layer {
  return rowNorm(name, { scale, shift, centred: true });
}

/**
 * Root mean square normalisation: each row to a mean square of 1, then scaled and shifted by column (arXiv 1910.07467
 * with a shift). Unlike layer normalisation it keeps a row's mean, and so the whole direction of a vector.
 */
export function rmsNorm(name: string, scale: Float32Array, shift: Float32Array): Layer {
  return rowNorm(name, { scale, shift, centred: false });
}

interface Rule {
  readonly scale: Float32Array;
  readonly shift: Float32Array;
  /** Whether a row's mean is taken away first. */
  readonly centred: boolean;
}

function rowNorm(name: string, { scale, shift, centred }: Rule): Layer {
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
        const centre = centred ? mean(input, begin, width) : 0;
        const size = rootMeanSquare(input, begin, width, centre);
        sizes[row] = size;
        for (let at = 0; at < width; at++) {
          const value = ((input[begin + at] ?? 0) - centre) / size;
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
        const throughCentre = centred ? sum / width : 0;
        for (let at = 0; at < width; at++) {
          const scaled = (slope[begin + at] ?? 0) * (scale[at] ?? 0);
          const left = scaled - throughCentre - ((normalised[begin + at] ?? 0) * projection) / width;
          input[begin + at] = left / (sizes[row] ?? 1);
        }
      }
      return input;
    },
  };
}

function mean(values: Float32Array, begin: number, width: number): number {
  let sum = 0;
  for (let at = 0; at < width; at++) sum += values[begin + at] ?? 0;
  return sum / width;
}

/** Of what a row has beyond `centre`: of a centred row, its standard deviation. */
function rootMeanSquare(values: Float32Array, begin: number, width: number, centre: number): number {
  let squares = 0;
  for (let at = 0; at < width; at++) squares += ((values[begin + at] ?? 0) - centre) ** 2;
  return Math.sqrt(squares / width + EPSILON);
}
