import { stat } from 'node:fs/promises';
import { type CallOptions, type Document, InvalidInputError } from '@sluice/core';
import { openBeir, readJsonlDocuments, readMsmarcoDocuments } from '@sluice/evaluation';
import { type FolderOptions, folderDocuments } from './folder-documents.js';

/** Options of {@link readDocuments}. */
export interface ReadDocumentsOptions extends FolderOptions, Pick<CallOptions, 'signal'> {}

/**
 * The documents of a source, told by what it is: a BEIR folder (it has `corpus.jsonl`), any other folder of Markdown,
 * HTML and text, a `.jsonl` file, or a `.tsv` file in MS MARCO's form; files may be gzip.
 *
 * @throws {InvalidInputError} there is no such file or folder, its kind is not known, or a line is malformed
 */
export async function* readDocuments(source: string, options: ReadDocumentsOptions = {}): AsyncGenerator<Document> {
  const { signal, ...folder } = options;
  const call = signal ? { signal } : {};
  if (await isFolder(source)) {
    yield* (await isBeir(source)) ? (await openBeir(source)).documents(call) : folderDocuments(source, folder);
    return;
  }
  const kind = /\.(?<kind>jsonl|tsv)(\.gz)?$/i.exec(source)?.groups?.kind?.toLowerCase();
  if (kind === undefined) {
    const advice = 'Give a folder, or a file that ends in .jsonl or .tsv (.gz may follow).';
    throw new InvalidInputError({ source }, 'its kind is not known', advice);
  }
  yield* kind === 'jsonl' ? readJsonlDocuments(source, call) : readMsmarcoDocuments(source, call);
}

async function isFolder(source: string): Promise<boolean> {
  try {
    return (await stat(source)).isDirectory();
  } catch (cause) {
    throw new InvalidInputError({ source }, 'there is no such file or folder', 'Check the path.', { cause });
  }
}

async function isBeir(folder: string): Promise<boolean> {
  const found = await Promise.allSettled([stat(`${folder}/corpus.jsonl`), stat(`${folder}/corpus.jsonl.gz`)]);
  return found.some(({ status }) => status === 'fulfilled');
}
