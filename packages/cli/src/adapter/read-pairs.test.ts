import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readPairs } from './read-pairs.js';

let file = '';
beforeAll(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'sluice-pairs-')), 'clicks.tsv');
});
afterAll(() => rm(join(file, '..'), { recursive: true }));

it('gathers the documents of each query, whatever the line ends', async () => {
  await writeFile(file, 'river stone\td1\r\nlock\td2\n\nriver stone\td3\n');
  const { queries, qrels } = await readPairs(file);
  expect(queries.map(({ text }) => text)).toEqual(['river stone', 'lock']);
  const [river, lock] = queries.map(({ id }) => id);
  expect(['d1', 'd2', 'd3'].map((id) => qrels.grade(river ?? '', id))).toEqual([1, undefined, 1]);
  expect(qrels.grade(lock ?? '', 'd2')).toBe(1);
});

it.each([
  { why: 'a line without a tab', text: 'river\td1\nno tab here\n', line: 2 },
  { why: 'a third column', text: 'river\td1\t5\n', line: 1 },
  { why: 'nothing', text: '\n\n', line: undefined },
])('refuses $why', async ({ text, line }) => {
  await writeFile(file, text);
  await expect(readPairs(file)).rejects.toMatchObject({ code: 'SLUICE_INVALID_INPUT', line });
});
