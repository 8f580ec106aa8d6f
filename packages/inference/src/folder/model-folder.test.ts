import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readModelFolder } from './model-folder.js';

const fixture = fileURLToPath(new URL('../fixtures/tiny-encoder', import.meta.url));
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-model-'));
  await cp(fixture, folder, { recursive: true });
});

afterEach(() => rm(folder, { recursive: true }));

const write = (name: string, content: unknown): Promise<void> =>
  writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

it('reads what the files say', async () => {
  const { modules, prompts, similarity, maxTokens, hiddenSize } = await readModelFolder(folder, 'float32');
  expect(modules).toEqual({ poolings: ['mean'], steps: [{ kind: 'normalize' }], promptTokens: 'pooled' });
  expect(prompts).toEqual({ query: 'what: ', document: '' });
  expect({ similarity, maxTokens, hiddenSize }).toEqual({ similarity: 'cosine', maxTokens: 64, hiddenSize: 16 });
});

it('fills in what sentence-transformers assumes of a folder without its files', async () => {
  for (const name of ['modules.json', 'sentence_bert_config.json', 'config_sentence_transformers.json']) {
    await rm(join(folder, name));
  }
  const { modules, maxTokens, prompts } = await readModelFolder(folder, 'float32');
  expect(modules).toEqual({ poolings: ['mean'], steps: [], promptTokens: 'pooled' });
  expect({ maxTokens, prompts }).toEqual({ maxTokens: 128, prompts: {} });
});

it('knows that RoBERTa begins to count behind its padding', async () => {
  await rm(join(folder, 'sentence_bert_config.json'));
  await write('tokenizer_config.json', { model_max_length: 1e30 });
  await write('config.json', { model_type: 'roberta', hidden_size: 16, max_position_embeddings: 514, pad_token_id: 1 });
  expect((await readModelFolder(folder, 'float32')).maxTokens).toBe(512);
});

it.each([
  {
    why: 'old flags',
    config: { pooling_mode_cls_token: true, pooling_mode_max_tokens: true },
    poolings: ['cls', 'max'],
  },
  { why: 'a name', config: { pooling_mode: 'lasttoken' }, poolings: ['lasttoken'] },
  { why: 'names, in their order', config: { pooling_mode: ['mean', 'cls'] }, poolings: ['mean', 'cls'] },
  { why: 'a longer name', config: { pooling_mode: 'mean_sqrt_len_tokens' }, poolings: ['mean_sqrt_len'] },
])('reads pooling from $why', async ({ config, poolings }) => {
  await write('1_Pooling/config.json', { word_embedding_dimension: 16, ...config });
  expect((await readModelFolder(folder, 'float32')).modules.poolings).toEqual(poolings);
});

describe('refuses, and names the file', () => {
  it.each([
    { file: 'config.json', content: '{' },
    { file: 'config.json', content: { hidden_size: -1 } },
    { file: 'config.json', content: {} },
    { file: 'config.json', content: '\ud800' },
    { file: 'modules.json', content: {} },
    { file: 'modules.json', content: [{ path: '../../secret', type: 'models.Pooling' }] },
    { file: 'modules.json', content: [{ path: '', type: 'models.CLIPModel' }] },
    { file: '1_Pooling/config.json', content: { pooling_mode: 'median' } },
    { file: '1_Pooling/config.json', content: {} },
    { file: 'sentence_bert_config.json', content: { max_seq_length: '256' } },
    { file: 'config_sentence_transformers.json', content: { prompts: { query: 7 } } },
    { file: 'config_sentence_transformers.json', content: { default_prompt_name: 'query' } },
    { file: 'config_sentence_transformers.json', content: { similarity_fn_name: 'manhattan' } },
    { file: 'config_sentence_transformers.json', content: { similarity_fn_name: 'constructor' } },
    { file: 'onnx/model.onnx', content: '' },
    { file: 'config.json', content: `"${'x'.repeat(2 ** 20)}"` },
  ])('$file: $content', async ({ file, content }) => {
    await write(file, content);
    await expect(readModelFolder(folder, 'float32')).rejects.toMatchObject({
      code: 'SLUICE_MODEL_FILE',
      file: join(folder, file),
    });
  });

  it('an activation that every object has', async () => {
    await write('modules.json', [
      { path: '', type: 'models.Transformer' },
      { path: '1_Pooling', type: 'models.Dense' },
    ]);
    await write('1_Pooling/config.json', { in_features: 1, out_features: 1, activation_function: 'constructor' });
    await expect(readModelFolder(folder, 'float32')).rejects.toMatchObject({
      code: 'SLUICE_MODEL_FILE',
      problem: expect.stringContaining('constructor'),
    });
  });

  it.each(['config.json', 'tokenizer.json', 'onnx/model.onnx', '1_Pooling/config.json'])('%s missing', async (file) => {
    await rm(join(folder, file));
    await expect(readModelFolder(folder, 'float32')).rejects.toMatchObject({ file: join(folder, file) });
  });
});
