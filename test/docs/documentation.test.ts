import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseFilter } from '@sluice/core';
import { memoryDirectory } from '@sluice/files';
import { hashedEmbedder } from '@sluice/testing';
import { type Collection, indexDocuments, openCollection } from 'sluice';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type PagedBlock, typeComplaints } from './check-types.js';
import { fencedBlocks } from './fenced-blocks.js';
import { commandsOf, promisedLines, runCommand, runProgram } from './run-block.js';
import { pageFolder, scratchFolder } from './scratch-folder.js';

// How code in README.md and docs/ is held to what it says:
//   js            runs as an ES module; what a comment behind console.log promises is printed
//   sh            lines that call sluice run; others (npm install ...) are for the reader
//   ts            type-checks; `<!-- given ... -->` above a block declares the names that are the reader's own
//   json, yaml    parse; an object with a `type` is read as a pipeline, one with an operator as a filter
// The js and sh blocks of a page run in its order in one folder, which has docs/, judged/,
// queries.jsonl and qrels.tsv, and the index of docs/ as index/ unless the page makes it.

const root = fileURLToPath(new URL('../../', import.meta.url));
const textOf = (page: string): string => readFileSync(`${root}${page}`, 'utf8');
const pages = [
  'README.md',
  ...readdirSync(`${root}docs`).flatMap((name) => (name.endsWith('.md') ? `docs/${name}` : [])),
].map((page) => ({ page, blocks: fencedBlocks(textOf(page)) }));
const blocksOf = (...languages: string[]): PagedBlock[] =>
  pages.flatMap(({ page, blocks }) =>
    blocks.filter(({ language }) => languages.includes(language)).map((block) => ({ page, block })),
  );

let scratch = '';
let collection: Collection;
beforeAll(async () => {
  scratch = await scratchFolder();
  const directory = memoryDirectory();
  const embedder = hashedEmbedder();
  await indexDocuments([], directory, { embedder });
  collection = await openCollection(directory, { embedder });
});
afterAll(async () => {
  await collection.close();
  await rm(scratch, { recursive: true });
});

it('there are programs, commands, types and data to check', () => {
  for (const language of ['js', 'sh', 'ts', 'json', 'yaml']) expect(blocksOf(language).length).toBeGreaterThan(0);
  expect(pages.flatMap(({ blocks }) => blocks).filter(({ language }) => language === 'js').length).toBeGreaterThan(3);
});

const told = pages.filter(({ blocks }) => blocks.some(({ language }) => language === 'js' || language === 'sh'));
describe.each(told)('$page', ({ page, blocks }) => {
  // A page may start two dozen processes.
  it('runs from top to bottom', { timeout: 300_000 }, async () => {
    const folder = await pageFolder(scratch, page);
    const makesIndex = blocks.some(({ text }) => /--out index|indexDocuments/.test(text));
    if (!makesIndex) await runCommand('sluice index docs --out index', folder);
    for (const block of blocks) {
      if (block.language === 'sh') for (const command of commandsOf(block)) await runCommand(command, folder);
      if (block.language !== 'js') continue;
      const promised = promisedLines(block);
      const printed = await runProgram(block, folder);
      expect(printed.filter((line) => promised.includes(line))).toEqual(promised);
    }
  });
});

it('ts blocks type-check', async () => {
  expect(await typeComplaints(blocksOf('ts'), scratch)).toBe('');
});

it.each(blocksOf('json', 'yaml').map(({ page, block }) => ({ place: `${page}:${block.line}`, ...block })))(
  '$place is what it looks like',
  ({ language, text }) => {
    const value: unknown = language === 'json' ? JSON.parse(text) : parse(text);
    if (typeof value !== 'object' || value === null) throw new Error('It is no object.');
    if ('type' in value) collection.pipeline(value as { type: string });
    else if (Object.keys(value).length === 1) parseFilter(value);
  },
);

it.each(pages)('$page links to pages and headings that exist', ({ page }) => {
  const links = [...textOf(page).matchAll(/\]\((?<path>(?!https?:)[^)#\s]*)(?:#(?<anchor>[^)]+))?\)/g)];
  const broken = links.flatMap(({ 0: link, groups = {} }) => {
    const target = groups.path ? posix.join(posix.dirname(page), groups.path) : page;
    if (!existsSync(`${root}${target}`)) return link;
    return groups.anchor === undefined || anchorsOf(textOf(target)).includes(groups.anchor) ? [] : link;
  });
  expect(broken).toEqual([]);
});

/** As GitHub makes them. */
function anchorsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (?<heading>.+)$/gm)].map(({ groups }) => groups?.heading ?? '');
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
