import { type CallOptions, type Document, InvalidInputError } from '@sluice/core';
import type { Qrels } from '../qrels.js';
import { readJsonlDocuments, readJsonlQueries } from '../reading/read-jsonl.js';
import { readQrels } from '../reading/read-qrels.js';
import type { IdentifiedQuery, TestCollection } from './collection.js';

const EXPECTED =
  'A BEIR folder holds corpus.jsonl, queries.jsonl (either may end in .gz) and qrels/<split>.tsv, for example qrels/test.tsv.';

/**
 * Opens a folder in BEIR's layout; looks at its file names only.
 *
 * @throws {InvalidInputError} the folder or one of the files is missing; the message says what is expected
 * @example
 * const scifact = await openBeir('data/scifact');
 * const qrels = await scifact.qrels('test');
 */
export async function openBeir(folder: string): Promise<TestCollection> {
  const [names, splits] = await Promise.all([namesIn(folder), namesIn(`${folder}/qrels`)]);
  const corpus = `${folder}/${fileNamed('corpus.jsonl', names, folder)}`;
  const questions = `${folder}/${fileNamed('queries.jsonl', names, folder)}`;
  const splitFiles = new Map(
    splits.flatMap((name) => splitOf(name).map((split) => [split, `${folder}/qrels/${name}`])),
  );
  if (splitFiles.size === 0) throw incomplete(folder, "there is no .tsv file in 'qrels'");

  const qrels = (split: string, options: CallOptions = {}): Promise<Qrels> => {
    const file = splitFiles.get(split);
    if (file) return readQrels(file, { ...options, format: 'beir' });
    throw unknownSplit(folder, split, [...splitFiles.keys()].sort());
  };
  return {
    name: folder.replace(/\/+$/, '').split('/').at(-1) ?? folder,
    splits: [...splitFiles.keys()].sort(),
    documents: (options: CallOptions = {}): AsyncIterable<Document> => readJsonlDocuments(corpus, options),
    async queries(split, options = {}) {
      const all = await collect(readJsonlQueries(questions, options));
      return split === undefined ? all : judgedQueries(all, await qrels(split, options), questions);
    },
    qrels: async (split, options) => qrels(split, options),
  };
}

async function namesIn(folder: string): Promise<string[]> {
  const { readdir } = await import('node:fs/promises');
  try {
    return await readdir(folder);
  } catch (cause) {
    throw incomplete(folder, 'there is no such folder', cause);
  }
}

function fileNamed(name: string, names: readonly string[], folder: string): string {
  const found = names.find((candidate) => candidate === name || candidate === `${name}.gz`);
  if (found === undefined) throw incomplete(folder, `there is no '${name}'`);
  return found;
}

function splitOf(name: string): string[] {
  const { split } = /^(?<split>.+)\.tsv(\.gz)?$/.exec(name)?.groups ?? {};
  return split === undefined ? [] : [split];
}

function judgedQueries(all: readonly IdentifiedQuery[], qrels: Qrels, source: string): IdentifiedQuery[] {
  const judged = all.filter(({ id }) => qrels.has(id));
  if (judged.length === qrels.queryIds.length) return judged;
  const known = new Set(judged.map(({ id }) => id));
  const missing = qrels.queryIds.filter((id) => !known.has(id));
  throw new InvalidInputError(
    { source },
    `there is no text for ${missing.length} judged queries, for example '${missing[0]}'`,
    'Add the queries or remove their judgements.',
  );
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

function incomplete(folder: string, problem: string, cause?: unknown): InvalidInputError {
  return new InvalidInputError({ source: folder }, problem, EXPECTED, { cause });
}

function unknownSplit(folder: string, split: string, known: readonly string[]): InvalidInputError {
  const advice = `There are ${known.join(', ')}. Name one of them as the split.`;
  return new InvalidInputError({ source: folder }, `there is no split '${split}'`, advice);
}
