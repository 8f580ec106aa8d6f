import type { TensorPlace } from '../safetensors.js';
import type { SafetensorsFile } from './safetensors-file.js';

/** The weights of a linear map, read when they are needed. */
export interface LateMatrix {
  readonly outputs: number;
  readonly inputs: number;
  /** Row-major, outputs x inputs. The caller may overwrite it. */
  load(): Promise<Float32Array>;
}

/** A matrix as its file has it. */
export function storedMatrix(file: SafetensorsFile, place: TensorPlace): LateMatrix {
  const [outputs = 0, inputs = 0] = place.shape;
  return { outputs, inputs, load: () => file.rows(place, 0, outputs) };
}

/** The matrix with column `i` multiplied by `factors[i]`. */
export function scaledInputs({ outputs, inputs, load }: LateMatrix, factors: Float32Array): LateMatrix {
  return {
    outputs,
    inputs,
    async load() {
      const values = await load();
      for (let at = 0; at < values.length; at++) values[at] = (values[at] ?? 0) * (factors[at % inputs] ?? 0);
      return values;
    },
  };
}

/** The matrix with a row of zeros behind each of `groups` equal groups of rows. */
export function withZeroRows({ outputs, inputs, load }: LateMatrix, groups: number): LateMatrix {
  return { outputs: outputs + groups, inputs, load: async () => spread(await load(), groups, inputs, 0) };
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
