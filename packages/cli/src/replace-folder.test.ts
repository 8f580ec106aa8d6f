import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Directory } from '@sluice/files';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replaceFolder } from './replace-folder.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-'));
});
afterEach(() => rm(folder, { recursive: true }));

const isOwn = (name: string): boolean => name.startsWith('own');
const fill =
  (text: string) =>
  async (directory: Directory): Promise<string> => {
    await writeFile(join(directory.name, 'own'), text);
    return text;
  };

it('makes the folder with its parents', async () => {
  expect(await replaceFolder(`${folder}/a/b`, { replaces: 'empty', isOwn }, fill('new'))).toBe('new');
  expect(await readFile(`${folder}/a/b/own`, 'utf8')).toBe('new');
  expect(await readdir(`${folder}/a`)).toEqual(['b']);
});

it('replaces what is its own when told to, and what is empty always', async () => {
  await mkdir(`${folder}/a`);
  await replaceFolder(`${folder}/a`, { replaces: 'empty', isOwn }, fill('first'));
  await writeFile(`${folder}/a/own-2`, 'goes');
  await replaceFolder(`${folder}/a`, { replaces: 'own', isOwn }, fill('second'));
  expect(await readdir(`${folder}/a`)).toEqual(['own']);
  expect(await readFile(`${folder}/a/own`, 'utf8')).toBe('second');
});

it.each(['empty', 'own'] as const)('never replaces other files (%s)', async (replaces) => {
  await mkdir(`${folder}/a`);
  await writeFile(`${folder}/a/thesis.md`, 'ten years');
  const work = replaceFolder(`${folder}/a`, { replaces, isOwn }, fill('new'));
  await expect(work).rejects.toMatchObject({ code: 'SLUICE_INVALID_INPUT' });
  expect(await readFile(`${folder}/a/thesis.md`, 'utf8')).toBe('ten years');
  expect(await readdir(folder)).toEqual(['a']);
});

it('never replaces files that were put there meanwhile', async () => {
  const work = replaceFolder(`${folder}/a`, { replaces: 'own', isOwn }, async (directory) => {
    await mkdir(`${folder}/a`);
    await writeFile(`${folder}/a/thesis.md`, 'ten years');
    return fill('new')(directory);
  });
  await expect(work).rejects.toThrow('thesis.md');
  expect(await readdir(folder)).toEqual(['a']);
});

it('replaces the folder that a link leads to, and keeps the link', async () => {
  await mkdir(`${folder}/real`);
  await symlink('real', `${folder}/link`);
  await replaceFolder(`${folder}/link`, { replaces: 'own', isOwn }, fill('new'));
  expect(await readlink(`${folder}/link`)).toBe('real');
  expect(await readFile(`${folder}/real/own`, 'utf8')).toBe('new');
});

it('leaves everything as it was when the work fails', async () => {
  await replaceFolder(`${folder}/a`, { replaces: 'empty', isOwn }, fill('old'));
  const work = replaceFolder(`${folder}/a`, { replaces: 'own', isOwn }, async (directory) => {
    await fill('half')(directory);
    throw new Error('disk full');
  });
  await expect(work).rejects.toThrow('disk full');
  expect(await readFile(`${folder}/a/own`, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['a']);
});

it('lets one process make a folder at a time', async () => {
  const work = replaceFolder(`${folder}/a`, { replaces: 'empty', isOwn }, () =>
    replaceFolder(`${folder}/a`, { replaces: 'empty', isOwn }, fill('inner')),
  );
  await expect(work).rejects.toMatchObject({ code: 'SLUICE_DIRECTORY_LOCKED' });
});
