import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelFileError } from '../errors/model-file-error.js';
import type { ModelFolder } from '../folder/model-folder.js';
import { TokenMark, type TokenSequences } from '../tokenizer/token-sequences.js';
import type { OnnxRuntime } from './import-onnx-runtime.js';

/** A batch as the graph wants it. */
export interface ModelInputs {
  readonly feeds: Record<string, Tensor>;
  /** Real tokens of each row. */
  readonly lengths: Uint32Array;
  /** Tokens of every row, padding included. */
  readonly tokens: number;
}

/**
 * Pads a batch to its longest row and fills whichever inputs the graph declares.
 *
 * @throws {ModelFileError} the graph declares an input of a kind that is not known here
 */
export function modelInputs(
  runtime: OnnxRuntime,
  session: InferenceSession,
  batch: TokenSequences,
  folder: Pick<ModelFolder, 'paddingSide' | 'paddingId' | 'weightsFile'>,
): ModelInputs {
  const shape = batchShape(batch);
  const { lengths, tokens } = shape;
  const feeds: Record<string, Tensor> = {};
  for (const input of session.inputMetadata) {
    const past = emptyPast(runtime, input, lengths.length);
    if (past) {
      feeds[input.name] = past;
      continue;
    }
    const fill = Object.hasOwn(fillInput, input.name) ? fillInput[input.name] : undefined;
    const wide = input.isTensor && input.type === 'int64';
    if (!fill || !input.isTensor || !(wide || input.type === 'int32')) {
      throw new ModelFileError({ file: folder.weightsFile, problem: `its input '${input.name}' is not supported` });
    }
    const values = new Int32Array(lengths.length * tokens);
    fill(values, batch, shape, folder);
    const dims = [lengths.length, tokens];
    feeds[input.name] = wide
      ? new runtime.Tensor('int64', widen(values), dims)
      : new runtime.Tensor('int32', values, dims);
  }
  return { feeds, lengths, tokens };
}

/** Decoders take what they made of earlier tokens (`past_key_values.0.key`): here there are none, a length of 0. */
function emptyPast(
  runtime: OnnxRuntime,
  input: InferenceSession['inputMetadata'][number],
  rows: number,
): Tensor | undefined {
  if (!input.isTensor || !input.name.startsWith('past_key_values')) return undefined;
  const dims = input.shape.map((size, axis) => (typeof size === 'number' ? size : axis === 0 ? rows : 0));
  if (input.type === 'float32') return new runtime.Tensor('float32', new Float32Array(0), dims);
  return input.type === 'float16' ? new runtime.Tensor('float16', new Uint16Array(0), dims) : undefined;
}

type BatchShape = Pick<ModelInputs, 'lengths' | 'tokens'>;
type Padding = Pick<ModelFolder, 'paddingSide' | 'paddingId'>;

function batchShape({ offsets }: TokenSequences): BatchShape {
  const lengths = new Uint32Array(offsets.length - 1);
  let tokens = 1;
  for (let row = 0; row < lengths.length; row++) {
    const length = (offsets[row + 1] ?? 0) - (offsets[row] ?? 0);
    lengths[row] = length;
    tokens = Math.max(tokens, length);
  }
  return { lengths, tokens };
}

type FillInput = (values: Int32Array, batch: TokenSequences, shape: BatchShape, padding: Padding) => void;

const fillInput: Readonly<Record<string, FillInput>> = {
  input_ids: (values, { ids, offsets }, shape, padding) => {
    values.fill(padding.paddingId);
    for (let row = 0; row < shape.lengths.length; row++) {
      values.set(ids.subarray(offsets[row], offsets[row + 1]), firstOf(row, shape, padding));
    }
  },
  attention_mask: (values, { offsets, marks }, shape, padding) => {
    for (let row = 0; row < shape.lengths.length; row++) {
      const first = firstOf(row, shape, padding);
      values.fill(1, first, first + (shape.lengths[row] ?? 0));
      if (marks)
        forEachMarked(marks.subarray(offsets[row], offsets[row + 1]), TokenMark.unattended, (token) => {
          values[first + token] = 0;
        });
    }
  },
  token_type_ids: (values, { offsets, marks }, shape, padding) => {
    if (!marks) return;
    for (let row = 0; row < shape.lengths.length; row++) {
      const first = firstOf(row, shape, padding);
      forEachMarked(marks.subarray(offsets[row], offsets[row + 1]), TokenMark.second, (token) => {
        values[first + token] = 1;
      });
    }
  },
  position_ids: (values, _, shape, padding) => {
    for (let row = 0; row < shape.lengths.length; row++) {
      const first = firstOf(row, shape, padding);
      for (let token = 0; token < (shape.lengths[row] ?? 0); token++) values[first + token] = token;
    }
  },
};

function forEachMarked(marks: Uint8Array, mark: number, visit: (token: number) => void): void {
  for (let token = 0; token < marks.length; token++) if (((marks[token] ?? 0) & mark) !== 0) visit(token);
}

/** Where the real tokens of a row begin in the padded batch. */
function firstOf(row: number, { lengths, tokens }: BatchShape, { paddingSide }: Padding): number {
  return row * tokens + (paddingSide === 'left' ? tokens - (lengths[row] ?? 0) : 0);
}

/** Ids are never negative, so their upper halves are 0. */
function widen(values: Int32Array): BigInt64Array {
  const halves = new Int32Array(values.length * 2);
  for (let at = 0; at < values.length; at++) halves[2 * at] = values[at] ?? 0;
  return new BigInt64Array(halves.buffer);
}
