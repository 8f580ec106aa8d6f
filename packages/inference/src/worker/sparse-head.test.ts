import { expect, it } from 'vitest';
import type { SparseHeadSpec } from '../folder/head-spec.js';
import type { TransformerFolder } from '../folder/model-folder.js';
import type { GraphOutput } from './graph-session.js';
import { sparseHead } from './sparse-head.js';

const folder: TransformerFolder = {
  folder: 'model',
  weightsFile: 'model/onnx/model.onnx',
  precision: 'float32',
  tokenizerFile: 'model/tokenizer.json',
  tokenizerConfigFile: 'model/tokenizer_config.json',
  maxTokens: 8,
  casing: 'kept',
  paddingSide: 'right',
  paddingId: 0,
  hiddenSize: 4,
  prompts: {},
  defaultPrompt: undefined,
  similarity: 'dot',
  truncatedDimensions: undefined,
};
const spec: SparseHeadSpec = {
  kind: 'sparse',
  pooling: 'max',
  saturation: 'log',
  vocabularySize: 3,
  maxActiveDimensions: undefined,
};

// Two texts of one and two tokens; the padding of the first has the largest logits of all.
const padding = [50, 60, 70];
const first = [-1, 2, 0];
const second = [
  [3, -4, 1],
  [0.5, 1, -2],
];

function outputOf(paddingSide: 'left' | 'right'): GraphOutput {
  const rows = paddingSide === 'right' ? [first, padding, ...second] : [padding, first, ...second];
  return {
    data: Float32Array.from(rows.flat()),
    dims: [2, 2, 3],
    batch: { ids: new Int32Array(3), offsets: Uint32Array.of(0, 1, 3) },
    lengths: Uint32Array.of(1, 2),
    tokens: 2,
    paddingSide,
  };
}

const log = Math.log1p;

it.each([
  { change: {}, values: [log(2), log(3), log(1), log(1)] },
  { change: { pooling: 'sum' }, values: [log(2), log(3) + log(0.5), log(1), log(1)] },
  { change: { saturation: 'log of log' }, values: [log(log(2)), log(log(3)), log(log(1)), log(log(1))] },
] as const)('$change: padding has no part, on whichever side', ({ change, values }) => {
  for (const side of ['left', 'right'] as const) {
    const encoded = sparseHead({ ...spec, ...change }, folder).apply(outputOf(side));
    expect(encoded).toEqual({
      offsets: Uint32Array.of(0, 1, 4),
      indices: Uint32Array.of(1, 0, 1, 2),
      values: Float32Array.from(values),
    });
  }
});

it('takes the rows of a graph that pools by itself', () => {
  const pooled = { ...outputOf('right'), data: Float32Array.of(0, 0.5, 0, 1, 0, 2), dims: [2, 3] };
  expect(sparseHead(spec, folder).apply(pooled)).toEqual({
    offsets: Uint32Array.of(0, 1, 3),
    indices: Uint32Array.of(1, 0, 2),
    values: Float32Array.of(0.5, 1, 2),
  });
});

it.each([[[2, 2, 4]], [[2, 2, 2]], [[1, 2, 3]], [[12]]])('refuses an output of %j', (dims) => {
  expect(() => sparseHead(spec, folder).apply({ ...outputOf('right'), dims })).toThrow(/fill-mask/);
});
