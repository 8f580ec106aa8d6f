import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type SparseMatrix, sparseRowOf } from '@sluice/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ModelRegistry } from '../model-registry.js';
import { openSparseModel } from '../sparse-model.js';
import { quantizeModel } from './quantize-model.js';

const model = fileURLToPath(new URL('../fixtures/families/mpnet', import.meta.url));
let scratch = '';

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sluice-quantize-'));
});
afterAll(() => rm(scratch, { recursive: true }));

it('copies what a model needs beside its weights, and nothing else', async () => {
  const out = join(scratch, 'copied');
  const { bytes, weightsFile } = await quantizeModel({ model, out, precision: 'float16' });
  expect(weightsFile).toBe(join(out, 'onnx/model.onnx'));
  expect(bytes).toBeGreaterThan(0);
  expect((await readdir(out)).sort()).toEqual([
    '1_Pooling',
    '2_Dense',
    '3_Normalize',
    'config.json',
    'config_sentence_transformers.json',
    'expected.json',
    'modules.json',
    'onnx',
    'sentence_bert_config.json',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
});

/** Weights of all terms of two texts, row by row. */
async function termWeights(folder: string, precision: 'float32' | 'int8'): Promise<Float32Array> {
  const spec = {
    pooling: 'max',
    saturation: 'log of log',
    vocabularySize: 420,
    maxActiveDimensions: undefined,
  } as const;
  const opened = await openSparseModel(
    { model: folder, precision, threads: 1, graphCache: join(scratch, 'cache') },
    spec,
    new ModelRegistry(),
  );
  const texts = ['How deep is the channel?', 'A spring tide follows the new moon.'];
  const rows: SparseMatrix = await opened.encode({ unit: 'texts', length: 2, text: (index) => texts[index] ?? '' });
  await opened.close();
  const weights = new Float32Array(rows.rows * rows.columns);
  for (let row = 0; row < rows.rows; row++) {
    const { indices, values } = sparseRowOf(rows, row);
    indices.forEach((term, at) => {
      weights[row * rows.columns + term] = values[at] ?? 0;
    });
  }
  return weights;
}

it.each([
  { precision: 'float16', opened: 'float32', nearest: 0.9999 },
  { precision: 'int8', opened: 'int8', nearest: 0.99 },
] as const)(
  'makes a SPLADE model in $precision that weighs terms as before',
  async ({ precision, opened, nearest }) => {
    const splade = fileURLToPath(new URL('../../../embedders/src/sparse/fixtures/splade-weights', import.meta.url));
    const out = join(scratch, `splade-${precision}`);
    await quantizeModel({ model: splade, out, precision });
    const [expected, weights] = [await termWeights(splade, 'float32'), await termWeights(out, opened)];
    const product = (one: Float32Array, other: Float32Array): number =>
      one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
    const size = Math.sqrt(product(expected, expected) * product(weights, weights));
    expect(product(expected, weights) / size).toBeGreaterThan(nearest);
  },
);

it('leaves nothing behind when it is cancelled', async () => {
  const stop = new AbortController();
  const onProgress = (): void => stop.abort(new Error('enough'));
  const made = quantizeModel({ model, out: join(scratch, 'cancelled') }, { signal: stop.signal, onProgress });
  await expect(made).rejects.toThrow('enough');
  expect((await readdir(scratch)).filter((name) => name.includes('cancelled'))).toEqual([]);
});

it('refuses a folder with files in it, and a model without weights', async () => {
  await writeFile(join(scratch, 'note'), 'mine');
  await expect(quantizeModel({ model, out: scratch })).rejects.toMatchObject({ code: 'SLUICE_INVALID_INPUT' });
  const none = fileURLToPath(new URL('../fixtures/tiny-encoder', import.meta.url));
  const refused = quantizeModel({ model: none, out: join(scratch, 'none') });
  await expect(refused).rejects.toMatchObject({ code: 'SLUICE_MODEL_FILE' });
});
