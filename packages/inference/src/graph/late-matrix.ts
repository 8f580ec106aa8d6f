import type { TensorPlace } from '../safetensors.js';
import type { SafetensorsFile } from './safetensors-file.js';

/** The weights of a linear map, read when they are needed. */
export interface LateMatrix {
  readonly outputs: number;
  readonly inputs: number;
  /**
   * All rows in order, row-major, a few at a time: whole rows of `inputs` numbers, and no more of them than a few
   * milliseconds of work. The caller may overwrite them.
   */
  blocks(): AsyncIterable<Float32Array>;
}

/** A matrix as its file has it: all rows of a tensor, or some. */
export function storedMatrix(
  file: SafetensorsFile,
  place: TensorPlace,
  rows: { readonly first: number; readonly count: number } = { first: 0, count: place.shape[0] ?? 0 },
): LateMatrix {
  const [, inputs = 0] = place.shape;
  return { outputs: rows.count, inputs, blocks: () => file.blocks(place, rows.first, rows.count) };
}

/** The matrix with column `i` multiplied by `factors[i]`. */
export function scaledInputs({ outputs, inputs, blocks }: LateMatrix, factors: Float32Array): LateMatrix {
  return {
    outputs,
    inputs,
    async *blocks() {
      for await (const values of blocks()) {
        for (let at = 0; at < values.length; at++) values[at] = (values[at] ?? 0) * (factors[at % inputs] ?? 0);
        yield values;
      }
    },
  };
}

/** The matrix with a row of zeros behind each of `groups` equal groups of rows. */
export function withZeroRows({ outputs, inputs, blocks }: LateMatrix, groups: number): LateMatrix {
  const groupRows = outputs / groups;
  return {
    outputs: outputs + groups,
    inputs,
    async *blocks() {
      let row = 0;
      for await (const values of blocks()) {
        for (let start = 0; start < values.length; ) {
          const end = Math.min(values.length, start + (groupRows - (row % groupRows)) * inputs);
          yield values.subarray(start, end);
          row += (end - start) / inputs;
          start = end;
          if (row % groupRows === 0) yield new Float32Array(inputs);
        }
      }
    },
  };
}

/** All numbers of the matrix, in memory. */
export async function loadMatrix({ outputs, inputs, blocks }: LateMatrix): Promise<Float32Array> {
  const values = new Float32Array(outputs * inputs);
  let filled = 0;
  for await (const block of blocks()) {
    values.set(block, filled);
    filled += block.length;
  }
  return values;
}

/** A copy of `values` with `width` times `fill` behind each of `groups` equal groups. */
export function spread(values: Float32Array, groups: number, width: number, fill: number): Float32Array {
  const part = values.length / groups;
  const result = new Float32Array(values.length + groups * width).fill(fill);
  for (let group = 0; group < groups; group++) {
    result.set(values.subarray(group * part, (group + 1) * part), group * (part + width));
  }
  return result;
}
