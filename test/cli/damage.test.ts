import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sluice } from './sluice-process.js';
import { writeTinyDocs } from './tiny-collection.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-'));
  await writeTinyDocs(`${folder}/docs`);
  expect(await sluice(['index', 'docs', '--out', 'index'], folder)).toMatchObject({ exitCode: 0 });
});
afterAll(() => rm(folder, { recursive: true }));

// Metadata are read when somebody filters, so that is what is asked here.
const search = ['search', 'damaged', 'level', '--filter', '{"exists":"path"}'];

it('a flipped byte in any file is exit code 3 and the name of the file, from check and from search', async () => {
  const names = await readdir(`${folder}/index`);
  expect(names.length).toBeGreaterThanOrEqual(6);
  for (const name of names) {
    await cp(`${folder}/index`, `${folder}/damaged`, { recursive: true });
    const bytes = await readFile(`${folder}/damaged/${name}`);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 4;
    await writeFile(`${folder}/damaged/${name}`, bytes);
    const [checked, searched] = await Promise.all([sluice(['check', 'damaged'], folder), sluice(search, folder)]);
    expect({ name, exitCode: checked.exitCode }).toEqual({ name, exitCode: 3 });
    expect(checked.out).toMatch(new RegExp(`^${name} .* damaged$`, 'm'));
    // What is wrong with it stands below the table, on a line of its own.
    const [table = '', problems] = checked.out.split('\n\n');
    expect(Math.max(...table.split('\n').map(({ length }) => length))).toBeLessThan(80);
    expect(problems).toMatch(new RegExp(`^'${name}' in .* is damaged: .*\\.$`));
    expect({ name, ...searched }).toMatchObject({ exitCode: 3, out: '', err: expect.stringContaining(name) });
    await rm(`${folder}/damaged`, { recursive: true });
  }
});

it('a missing file is damage too, and repair says when there is nothing to go back to', async () => {
  await cp(`${folder}/index`, `${folder}/damaged`, { recursive: true });
  const [name = ''] = (await readdir(`${folder}/damaged`)).filter((file) => file.endsWith('.bm25'));
  await rm(`${folder}/damaged/${name}`);
  const { exitCode, out } = await sluice(['check', 'damaged', '--json'], folder);
  expect({ exitCode, ...JSON.parse(out) }).toMatchObject({ exitCode: 3, state: 'damaged' });
  const repair = await sluice(['check', 'damaged', '--repair'], folder);
  expect(repair).toMatchObject({ exitCode: 3, err: expect.stringContaining('damaged') });
});
