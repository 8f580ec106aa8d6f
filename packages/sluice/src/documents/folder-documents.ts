import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { compareUtf8, type Document, InvalidInputError, parseOptions } from '@sluice/core';
import { z } from 'zod';
import { htmlSections } from './html-sections.js';
import { markdownFile } from './markdown-sections.js';
import type { ParsedFile } from './parsed-file.js';
import { passagesOf } from './passages.js';
import { plainSections } from './plain-sections.js';

/** How a folder becomes passages. */
export interface FolderOptions {
  /**
   * Words in a passage; longer sections are cut.
   * @default 200
   */
  readonly maxWords?: number | undefined;
  /**
   * Files larger than this are refused.
   * @default 16,777,216
   */
  readonly maxFileBytes?: number | undefined;
}

const folderOptions = z.strictObject({
  maxWords: z.int().min(1).default(200),
  maxFileBytes: z
    .int()
    .min(1)
    .default(16 * 1024 * 1024),
});

const htmlFile = (source: string): ParsedFile => ({ sections: htmlSections(source) });

const PARSERS = new Map<string, (source: string) => ParsedFile>([
  ['.md', markdownFile],
  ['.markdown', markdownFile],
  ['.html', htmlFile],
  ['.htm', htmlFile],
  ['.txt', (source) => ({ sections: plainSections(source) })],
]);

/**
 * Reads the .md (.markdown), .txt and .html (.htm) files below a folder as passages, in the order of their paths.
 *
 * Hidden files and folders and `node_modules` are passed over; links are not followed. The front matter of Markdown gives
 * title and metadata to all passages of its file.
 *
 * @throws {InvalidInputError} the folder cannot be read, or a file is too large or not UTF-8; `source` names it
 * @throws {InvalidOptionsError} an option is out of range
 */
export async function* folderDocuments(folder: string, options: FolderOptions = {}): AsyncGenerator<Document> {
  const { maxWords, maxFileBytes } = parseOptions(folderOptions, options, 'folderDocuments');
  for (const file of await textFiles(folder)) {
    const path = relative(folder, file).split(sep).join('/');
    const parse = PARSERS.get(extname(file).toLowerCase());
    if (!parse) continue;
    const { sections, ...facts } = parse(await readText(file, path, maxFileBytes));
    yield* passagesOf(path, sections, maxWords, facts);
  }
}

async function textFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await entriesOf(folder)) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await textFiles(path)));
    else if (entry.isFile() && PARSERS.has(extname(entry.name).toLowerCase())) files.push(path);
  }
  return files.sort(compareUtf8);
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    throw new InvalidInputError({ source: folder }, 'the folder cannot be read', 'Check the path.', { cause });
  }
}

async function readText(file: string, path: string, maxFileBytes: number): Promise<string> {
  const { size } = await stat(file);
  if (size > maxFileBytes) {
    const advice = `Split it, or raise maxFileBytes above ${size}.`;
    throw new InvalidInputError({ source: path }, `the file has ${size} bytes, more than ${maxFileBytes}`, advice);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (cause) {
    throw new InvalidInputError({ source: path }, 'the file is not UTF-8 text', 'Convert it to UTF-8.', { cause });
  }
}
