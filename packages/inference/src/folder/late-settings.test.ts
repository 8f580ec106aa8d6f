import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readLateSettings, readStanfordSettings } from './late-settings.js';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-late-'));
});

afterEach(() => rm(folder, { recursive: true }));

const write = (name: string, content: unknown): Promise<void> => writeFile(join(folder, name), JSON.stringify(content));

const MODEL = 'config_sentence_transformers.json';
const masks = { attention: 'unattended', token: undefined };

it.each([
  { why: 'nothing said', model: {}, found: { expansion: undefined, skipped: [], queryMarker: '' } },
  {
    why: 'PyLate, nothing pinned',
    model: { model_type: 'ColBERT' },
    found: { expansion: { ...masks, length: 32 }, queryLimit: 'expansion' },
  },
  {
    why: 'PyLate, a length and attention',
    model: { query_prefix: '[Q] ', query_length: 48, attend_to_expansion_tokens: true },
    found: { expansion: { ...masks, attention: 'attended', length: 48 }, queryMarker: '[Q] ' },
  },
  {
    why: 'PyLate without expansion',
    model: { model_type: 'ColBERT', do_query_expansion: false, query_length: 48 },
    found: { expansion: undefined, queryLength: 48 },
  },
  {
    why: 'a marker that the prompt repeats',
    model: { query_prefix: '[Q] ', prompts: { query: '[Q] find: ', document: 'read: ' } },
    found: { queryMarker: '[Q] ', queryPrompt: 'find: ', documentMarker: '', documentPrompt: 'read: ' },
  },
  { why: 'a passage’s prompt', model: { prompts: { query: null, passage: 'p: ' } }, found: { documentPrompt: 'p: ' } },
])('reads $why', async ({ model, found }) => {
  await write(MODEL, model);
  expect(await readLateSettings(folder)).toMatchObject(found);
});

it('skips punctuation in what PyLate wrote, unless that says which words', async () => {
  await write(MODEL, { document_prefix: '[D] ' });
  expect((await readLateSettings(folder)).skipped).toHaveLength(32);
  await write(MODEL, { document_prefix: '[D] ', skiplist_words: ['.'] });
  expect((await readLateSettings(folder)).skipped).toEqual(['.']);
});

it('lets the transformer’s own settings win', async () => {
  await write(MODEL, { model_type: 'ColBERT', query_length: 48, document_length: 100 });
  const query_expansion = { strategy: 'min', length: 8, token: '[GAP]' };
  await write('sentence_bert_config.json', { query_expansion, query_length: 20, document_length: 90 });
  expect(await readLateSettings(folder)).toMatchObject({
    expansion: { attention: 'unattended', length: 8, token: '[GAP]' },
    queryLimit: 'length',
    queryLength: 20,
    documentLength: 90,
  });
  await write('sentence_bert_config.json', { query_expansion: null });
  expect((await readLateSettings(folder)).expansion).toBeUndefined();
});

it('reads artifact.metadata', async () => {
  await write('artifact.metadata', { dim: 96, query_maxlen: 24, mask_punctuation: false });
  const { settings, projection } = await readStanfordSettings(folder, 384);
  expect(projection).toMatchObject({ inputs: 384, outputs: 96, file: join(folder, 'model.safetensors') });
  expect(settings).toMatchObject({ queryMarker: '[unused0] ', expansion: { ...masks, length: 24 }, skipped: [] });
});
