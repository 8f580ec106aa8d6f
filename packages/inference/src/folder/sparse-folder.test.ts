import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSparseFolder } from './sparse-folder.js';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-sparse-'));
  await write('config.json', { vocab_size: 30 });
});

afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, content: unknown): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), JSON.stringify(content));
}

const type = (name: string): string => `sentence_transformers.sparse_encoder.models.${name}`;
const max = { kind: 'transformer', pooling: 'max', saturation: 'log', vocabularySize: 30 };

it('takes a folder without modules.json for SPLADE v2', async () => {
  const { queries, documents, maxActiveDimensions } = await readSparseFolder(folder);
  expect(documents).toEqual({ ...max, folder });
  expect(queries).toEqual(documents);
  expect(maxActiveDimensions).toBeUndefined();
});

it.each([
  { config: {}, found: {} },
  { config: { pooling_strategy: 'sum' }, found: { pooling: 'sum' } },
  { config: { activation_function: 'log1p_relu' }, found: { saturation: 'log of log' } },
])('reads the pooling $config', async ({ config, found }) => {
  await write('modules.json', [
    { path: '', type: type('MLMTransformer') },
    { path: '1_SpladePooling', type: type('SpladePooling') },
  ]);
  await write('1_SpladePooling/config.json', config);
  await write('config_sentence_transformers.json', { max_active_dims: 12, prompts: { query: 'ask: ' } });
  const read = await readSparseFolder(folder);
  expect(read.documents).toEqual({ ...max, ...found, folder });
  expect(read).toMatchObject({ maxActiveDimensions: 12, prompts: { query: 'ask: ' } });
});

it('reads a router whose transformer lies at its top, and a table in a file of its own', async () => {
  await write('modules.json', [{ path: '', type: type('Router') }]);
  await write('router_config.json', {
    types: { '': type('MLMTransformer'), d: type('SpladePooling'), q: type('SparseStaticEmbedding') },
    structure: { query: ['q'], document: ['', 'd'] },
  });
  await write('d/config.json', {});
  await write('q/config.json', { path: 'idf.json' });
  const { queries, documents } = await readSparseFolder(folder);
  expect(documents).toEqual({ ...max, folder });
  expect(queries).toEqual({ kind: 'table', folder: join(folder, 'q'), file: join(folder, 'q/idf.json') });
});

it('reads the sparse head of a dense model', async () => {
  await write('modules.json', [
    { path: '', type: type('Transformer') },
    { path: '1_Pooling', type: type('Pooling') },
  ]);
  await write('sparse/config.json', {
    output: 'term_weights',
    query_output: 'query_weights',
    queries: 'queries.safetensors',
    max_active_dims: 200,
  });
  expect(await readSparseFolder(folder)).toEqual({
    queries: { kind: 'table', folder, file: join(folder, 'sparse/queries.safetensors') },
    documents: { ...max, folder, output: 'term_weights' },
    encodedQueries: { ...max, folder, output: 'query_weights' },
    maxActiveDimensions: 200,
    prompts: {},
  });
});

describe('refuses, and names the file', () => {
  it.each([
    { why: 'a table outside of it', content: { output: 'weights', queries: '../../other.safetensors' } },
    { why: 'an output without a name', content: { output: '', queries: 'queries.safetensors' } },
  ])('a sparse head with $why', async ({ content }) => {
    await write('sparse/config.json', content);
    await expect(readSparseFolder(folder)).rejects.toMatchObject({ file: join(folder, 'sparse/config.json') });
  });

  const router = (structure: object, more: object = {}): unknown => ({
    types: { t: type('Transformer'), q: type('SparseStaticEmbedding') },
    structure,
    ...more,
  });

  it.each([
    {
      why: 'a dense model',
      content: [
        { path: '', type: type('Transformer') },
        { path: '', type: type('Pooling') },
      ],
    },
    { why: 'a path that leads out', content: [{ path: '../x', type: type('Router') }] },
    { why: 'no modules', content: [] },
  ])('$why', async ({ content }) => {
    await write('modules.json', content);
    await expect(readSparseFolder(folder)).rejects.toMatchObject({ file: join(folder, 'modules.json') });
  });

  it.each([
    { why: 'no route for documents', content: router({ query: ['q'] }) },
    { why: 'a module without a type', content: router({ query: ['q'], document: ['x'] }) },
    { why: 'a transformer without pooling', content: router({ query: ['q'], document: ['t'] }) },
    {
      why: 'a path that leads out',
      content: router({ query: ['q'], document: ['../t'] }, { types: { '../t': 'T', q: 'Q' } }),
    },
    {
      why: 'routes by more than their name',
      content: router(
        { query: ['q'], document: ['q'] },
        { parameters: { route_mappings: { "('query', 'text')": 'query' } } },
      ),
    },
    { why: 'no file', content: undefined },
  ])('a router with $why', async ({ content }) => {
    await write('modules.json', [{ path: '', type: type('Router') }]);
    if (content) await write('router_config.json', content);
    await expect(readSparseFolder(folder)).rejects.toMatchObject({ file: join(folder, 'router_config.json') });
  });

  it('a configuration without the size of the vocabulary', async () => {
    await write('config.json', {});
    await expect(readSparseFolder(folder)).rejects.toMatchObject({ file: join(folder, 'config.json') });
  });
});
