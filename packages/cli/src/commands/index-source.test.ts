import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCollection } from 'sluice';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { run } from '../main.js';
import { recordedTerminal } from '../terminal/recorded-terminal.fixture.js';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-'));
  const texts = ['a weir raises the river', 'a lock lifts boats', 'yeast lets dough rise', 'the moon pulls the tide'];
  const lines = texts.map((text, at) => `${JSON.stringify({ _id: `d${at}`, text })}\n`);
  await writeFile(join(folder, 'corpus.jsonl'), lines.join(''));
});
afterAll(() => rm(folder, { recursive: true }));

it('--rotate makes an index of vectors that are turned and cut, and its queries go the same way', async () => {
  const command = [
    'index',
    join(folder, 'corpus.jsonl'),
    '--out',
    join(folder, 'index'),
    '--rotate',
    '--dimensions',
    '64',
  ];
  const terminal = recordedTerminal();
  expect(await run(['node', 'sluice', ...command], terminal, new AbortController().signal)).toBe(0);
  const collection = await openCollection(join(folder, 'index'));
  const [first] = await collection.search('boats in a lock', { pipeline: 'dense', topK: 1 });
  expect(first?.id).toBe('d1');
  const [vector] = (await collection.sources.dense?.encodeQueries?.([{ text: 'boats' }])) ?? [];
  expect(vector).toHaveLength(64);
  await collection.close();
});

it('--sparse makes an index that is searched by sparse vectors too', async () => {
  const out = join(folder, 'sparse-index');
  const command = [
    'index',
    join(folder, 'corpus.jsonl'),
    '--out',
    out,
    '--sparse',
    'matryoshka-minilm',
    '--model',
    'none',
  ];
  const withDefault = [...command, '--pipeline', 'lexical'];
  const terminal = recordedTerminal();
  expect(await run(['node', 'sluice', ...withDefault], terminal, new AbortController().signal)).toBe(0);
  const collection = await openCollection(out);
  expect(collection.pipelines).toContain('splade');
  const [first] = await collection.search('boats in a lock', { topK: 1 });
  expect(first?.id).toBe('d1');
  expect(Object.keys(first?.sources ?? {}).toSorted()).toEqual(['bm25', 'splade']);
  await collection.close();
});
