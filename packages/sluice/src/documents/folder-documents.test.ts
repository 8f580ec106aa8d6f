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
