import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
