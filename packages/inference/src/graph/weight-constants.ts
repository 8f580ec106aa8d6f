import type { TensorPlace } from '../safetensors.js';
import { halfBits } from './half.js';
import { type LateMatrix, loadMatrix, storedMatrix } from './late-matrix.js';
import type { Constant } from './onnx-graph.js';
import { quantizeRows } from './quantize-rows.js';
import type { SafetensorsFile } from './safetensors-file.js';

/** How real numbers are stored. The arithmetic is float32 either way. */
export type FloatStorage = 'float32' | 'float16';

/** Numbers written at once: the event loop turns between pieces. */
const PIECE = 2 ** 16;

/** Numbers that are in memory, as a constant. */
export function vectorConstant(values: Float32Array, shape: readonly number[] = [values.length]): Constant {
  return { type: 'float32', shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

/** A matrix turned for `x MatMul w`: inputs x outputs. */
export function turnedConstant(matrix: LateMatrix, storage: FloatStorage): Constant {
  const { inputs, outputs } = matrix;
  const width = storage === 'float32' ? 4 : 2;
  const bytes = {
    length: inputs * outputs * width,
    async *pieces() {
      const values = await loadMatrix(matrix);
      for (const part of turned(values, inputs)) yield stored(part, storage);
    },
  };
  return { type: storage, shape: [inputs, outputs], bytes };
}

/** A table as it stands, row by row. */
export function tableConstant(file: SafetensorsFile, place: TensorPlace, storage: FloatStorage): Constant {
  const numbers = place.shape.reduce((product, length) => product * length, 1);
  const bytes = {
    length: numbers * (storage === 'float32' ? 4 : 2),
    async *pieces() {
      for await (const rows of file.blocks(place, 0, place.shape[0] ?? 0)) yield stored(rows, storage);
    },
  };
  return { type: storage, shape: place.shape, bytes };
}

/** An int8 matrix: its scales are known when its codes have been written, and made again where they have not been. */
export interface QuantizedConstants {
  readonly codes: Constant;
  readonly scales: Constant;
}

/** The int8 codes of a matrix turned for `MatMulInteger`, inputs x outputs, and the scale of each output. */
export function quantizedConstants(matrix: LateMatrix): QuantizedConstants {
  const { inputs, outputs } = matrix;
  const { codes, scales } = quantizedBlocks(matrix);
  const pieces = async function* () {
    const all = new Int8Array(inputs * outputs);
    let filled = 0;
    for await (const block of codes()) {
      all.set(block, filled);
      filled += block.length;
    }
    for (const part of turned(all, inputs)) yield bytesOf(part);
  };
  return {
    codes: { type: 'int8', shape: [inputs, outputs], bytes: { length: inputs * outputs, pieces } },
    scales: { type: 'float32', shape: [outputs], bytes: { length: outputs * 4, pieces: scales } },
  };
}

/** The int8 codes of a table, and the scale of each row: rows x 1. */
export function quantizedTable(file: SafetensorsFile, place: TensorPlace): QuantizedConstants {
  const [rows = 0, columns = 0] = place.shape;
  const { codes, scales } = quantizedBlocks(storedMatrix(file, place));
  const pieces = async function* () {
    for await (const block of codes()) yield bytesOf(block);
  };
  return {
    codes: { type: 'int8', shape: place.shape, bytes: { length: rows * columns, pieces } },
    scales: { type: 'float32', shape: [rows, 1], bytes: { length: rows * 4, pieces: scales } },
  };
}

/** Codes row by row; and all scales, from the same pass over the matrix. */
function quantizedBlocks({ outputs, inputs, blocks }: LateMatrix): {
  readonly codes: () => AsyncGenerator<Int8Array>;
  readonly scales: () => AsyncGenerator<Uint8Array>;
} {
  let known: Float32Array | undefined;
  const codes = async function* () {
    const scales = new Float32Array(outputs);
    let row = 0;
    for await (const block of blocks()) {
      const quantized = quantizeRows(block, inputs);
      scales.set(quantized.scales, row);
      row += quantized.scales.length;
      yield quantized.codes;
    }
    known = scales;
  };
  const scales = async function* () {
    if (!known) for await (const _ of codes());
    if (known) yield bytesOf(known);
  };
  return { codes, scales };
}

/** The transpose of a row-major matrix, a few of its rows at a time. */
function* turned<Values extends Float32Array | Int8Array>(values: Values, columns: number): Generator<Values> {
  const rows = values.length / columns;
  const step = Math.max(1, Math.floor(PIECE / rows));
  for (let first = 0; first < columns; first += step) {
    const part = Math.min(step, columns - first);
    // A slice gives an array of the same kind and of the length wanted; every number is overwritten.
    const piece = values.slice(0, part * rows);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < part; column++) {
        piece[column * rows + row] = values[row * columns + first + column] ?? 0;
      }
    }
    yield piece as Values;
  }
}

function stored(values: Float32Array, storage: FloatStorage): Uint8Array {
  return storage === 'float32' ? bytesOf(values) : bytesOf(Uint16Array.from(values, halfBits));
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
