import { mkdir, mkdtemp, readdir, readFile, rm, watch } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sluice, startSluice } from './sluice-process.js';
import { writeLargeJsonl, writeTinyDocs } from './tiny-collection.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-'));
  await writeTinyDocs(`${folder}/docs`);
  await writeLargeJsonl(`${folder}/large.jsonl`, 40_000);
});
afterAll(() => rm(folder, { recursive: true }));

/** Resolves when something appears in the folder. */
async function somethingIn(place: string, signal: AbortSignal): Promise<void> {
  for await (const _ of watch(place, { signal })) return;
}

it.each(['SIGINT', 'SIGTERM'] as const)(
  '%s during index: exit code 130, and nothing is left behind',
  async (signal) => {
    const place = `${folder}/${signal}`;
    await mkdir(place);
    const over = new AbortController();
    const began = somethingIn(place, over.signal);
    const running = startSluice(['index', '../large.jsonl', '--out', 'index', '--model', 'none'], place);
    await began;
    expect(await readdir(place)).toEqual(['.index.partial']);
    running.kill(signal);
    const { exitCode, out, err } = await running.ended;
    over.abort();
    expect({ exitCode, out, err }).toEqual({ exitCode: 130, out: '', err: 'Interrupted; nothing was left behind.\n' });
    expect(await readdir(place)).toEqual([]);
  },
);

it('what a killed process left is cleared away by the next', async () => {
  const place = `${folder}/killed`;
  await mkdir(place);
  const over = new AbortController();
  const began = somethingIn(place, over.signal);
  const running = startSluice(['index', '../large.jsonl', '--out', 'index', '--model', 'none'], place);
  await began;
  running.kill('SIGKILL');
  await running.ended;
  over.abort();
  expect(await readdir(place)).toEqual(['.index.partial']);
  expect((await sluice(['search', 'index', 'weir'], place)).exitCode).toBe(2);
  const again = await sluice(['index', '../docs', '--out', 'index', '--model', 'none'], place);
  expect(again).toMatchObject({ exitCode: 0, err: '' });
  expect(await readdir(place)).toEqual(['index']);
});

it('a reader that goes away early is no failure', async () => {
  const index = await sluice(['index', 'large.jsonl', '--out', 'index', '--model', 'none'], folder);
  expect(index.exitCode).toBe(0);
  const word = /"text":"(\w+)/.exec(await readFile(`${folder}/large.jsonl`, 'utf8'))?.[1] ?? '';
  const search = ['search', 'index', word, '-k', '1000', '--json'];
  expect((await sluice(search, folder)).out.length).toBeGreaterThan(200_000);
  const running = startSluice(search, folder);
  running.closeOutput();
  expect(await running.ended).toMatchObject({ exitCode: 0, err: '' });
});
