import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { run } from '../main.js';
import { recordedTerminal } from '../terminal/recorded-terminal.fixture.js';
import { writeJudgedFolder } from './judged-folder.fixture.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-'));
  await writeJudgedFolder(join(folder, 'judged'));
  const lines = async (name: string) => (await readFile(join(folder, 'judged', name), 'utf8')).trim().split('\n');
  const row = z.object({ _id: z.string(), text: z.string() });
  const documents = (await lines('corpus.jsonl')).map((line) => row.parse(JSON.parse(line)));
  const queries = (await lines('queries.jsonl')).map((line) => row.parse(JSON.parse(line)));
  // Relevant is what has the word, so that sparse vectors find it first.
  const judged = queries.flatMap((query) =>
    documents.filter(({ text }) => text.includes(query.text)).map(({ _id }) => `${query._id}\t${_id}\t1`),
  );
  await writeFile(join(folder, 'judged', 'qrels', 'words.tsv'), `query-id\tcorpus-id\tscore\n${judged.join('\n')}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

async function sluice(command: string) {
  const terminal = recordedTerminal();
  const args = command.split(' ').map((word) => word.replace(/^@/, `${folder}/`));
  const exitCode = await run(['node', 'sluice', ...args], terminal, new AbortController().signal);
  return { exitCode, ...terminal.written };
}

it('calibrate learns from what sparse vectors find', async () => {
  const asked = '--split words -m none --sparse matryoshka-minilm -p lexical --depth 20 --folds 3';
  const { exitCode, out, err } = await sluice(`calibrate @judged ${asked} --out @likely.yaml --json`);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  expect(JSON.parse(out).results.length).toBeGreaterThan(2);
  const written = JSON.stringify(parse(await readFile(join(folder, 'likely.yaml'), 'utf8')));
  expect(written).toContain('"splade"');
});

it('cutoff cuts what sparse vectors find with others', async () => {
  const asked = '--sparse matryoshka-minilm -p threefold --depth 8 --folds 3 --recall 1';
  const { exitCode, out } = await sluice(`cutoff @judged ${asked} --json`);
  expect(exitCode).toBe(0);
  const methods = JSON.parse(out).results.map(({ method }: { method: string }) => method);
  expect(methods).toContain('pipeline score');
});

it('both say which option is missing', async () => {
  for (const command of ['calibrate', 'cutoff']) {
    const { exitCode, err } = await sluice(`${command} @judged -m none -p splade`);
    expect({ exitCode, err }).toEqual({ exitCode: 2, err: expect.stringMatching(/without sparse vectors.*--sparse/) });
  }
});
