import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openBeir } from './open-beir.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-beir-'));
  await mkdir(join(folder, 'qrels'));
  await writeFile(join(folder, 'corpus.jsonl.gz'), gzipSync('{"_id": "d1", "title": "T", "text": "one"}\n'));
  await writeFile(join(folder, 'queries.jsonl'), '{"_id": "q1", "text": "a"}\n{"_id": "q2", "text": "b"}\n');
  await writeFile(join(folder, 'qrels', 'test.tsv'), 'query-id\tcorpus-id\tscore\nq2\td1\t1\n');
  await writeFile(join(folder, 'qrels', 'dev.tsv'), 'query-id\tcorpus-id\tscore\nq1\td1\t1\nq9\td1\t1\n');
});

afterEach(() => rm(folder, { recursive: true }));

it('reads documents, queries and judgements when they are asked for', async () => {
  const collection = await openBeir(`${folder}/`);
  expect(folder.endsWith(collection.name)).toBe(true);
  expect(collection.splits).toEqual(['dev', 'test']);
  const documents = [];
  for await (const document of collection.documents()) documents.push(document);
  expect(documents).toEqual([{ id: 'd1', title: 'T', text: 'one' }]);
  expect(await collection.queries()).toHaveLength(2);
  expect(await collection.queries('test')).toEqual([{ id: 'q2', text: 'b' }]);
  expect((await collection.qrels('test')).grade('q2', 'd1')).toBe(1);
});

it.each([
  ['corpus.jsonl.gz', "there is no 'corpus.jsonl'"],
  ['queries.jsonl', "there is no 'queries.jsonl'"],
  ['qrels', 'there is no such folder'],
])('refuses a folder without %s and says what it expects', async (name, problem) => {
  await rm(join(folder, name), { recursive: true });
  await expect(openBeir(folder)).rejects.toThrow(problem);
  await expect(openBeir(folder)).rejects.toThrow('A BEIR folder holds corpus.jsonl');
});

it('refuses a split that is not there, and judged queries without a text', async () => {
  const collection = await openBeir(folder);
  await expect(collection.qrels('train')).rejects.toThrow("there is no split 'train'. There are dev, test.");
  await expect(collection.queries('dev')).rejects.toThrow("no text for 1 judged queries, for example 'q9'");
});
