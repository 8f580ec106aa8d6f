import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Document } from '@sluice/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { folderDocuments } from './folder-documents.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(options = {}): Promise<Document[]> {
  const documents: Document[] = [];
  for await (const document of folderDocuments(folder, options)) documents.push(document);
  return documents;
}

it('reads the three kinds of file in the order of their paths and passes over the rest', async () => {
  await mkdir(join(folder, 'sub'));
  await mkdir(join(folder, '.git'));
  await writeFile(join(folder, 'z.md'), '# Z\n\nlast');
  await writeFile(join(folder, 'sub', 'b.html'), '<h1>B</h1><p>middle</p>');
  await writeFile(join(folder, 'a.txt'), 'first\n\nstill');
  await writeFile(join(folder, '.git', 'c.md'), 'hidden');
  await writeFile(join(folder, 'd.png'), 'picture');
  expect((await read()).map(({ id, text }) => [id, text])).toEqual([
    ['a.txt', 'first\n\nstill'],
    ['sub/b.html#b', 'middle'],
    ['z.md#z', 'last'],
  ]);
});

it('gives the title and metadata of front matter to the passages of its file', async () => {
  await writeFile(join(folder, 'a.md'), '---\ntitle: Guide\nyear: 1850\n---\n\nFirst.\n\n## Part\n\nSecond.\n');
  await writeFile(join(folder, 'b.md'), '---\ntitle: [\n---\n\nText.\n');
  expect((await read()).map(({ title, metadata }) => ({ title, metadata }))).toEqual([
    { title: 'Guide', metadata: { year: 1850, path: 'a.md', heading: '', line: 6 } },
    { title: 'Guide › Part', metadata: { year: 1850, path: 'a.md', heading: 'Part', line: 8 } },
    { title: 'title: [', metadata: { path: 'b.md', heading: 'title: [', line: 2 } },
  ]);
});

it('refuses a folder that is not there', async () => {
  await rm(folder, { recursive: true });
  await expect(read()).rejects.toMatchObject({ code: 'SLUICE_INVALID_INPUT', source: folder });
  await mkdir(folder);
});

it('refuses what is not text, and what is too large, by name', async () => {
  await writeFile(join(folder, 'bad.txt'), Uint8Array.of(0x61, 0xff, 0xfe));
  await expect(read()).rejects.toMatchObject({ code: 'SLUICE_INVALID_INPUT', source: 'bad.txt' });
  await expect(read({ maxFileBytes: 2 })).rejects.toThrow(/3 bytes/);
  await expect(read({ maxWords: 0 })).rejects.toMatchObject({ code: 'SLUICE_INVALID_OPTIONS', path: 'maxWords' });
});
