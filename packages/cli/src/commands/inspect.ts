import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type CallOptions, InvalidInputError, type SavedIndex } from '@sluice/core';
import { readContainer } from '@sluice/files';
import { nodeDirectory } from '@sluice/files/node';
import { type Bm25Index, type Bm25Summary, loadBm25, loadFields, loadImpact, summarizeBm25 } from '@sluice/retrievers';
import { openStore } from '@sluice/store';
import type { Command } from 'commander';
import { nonEmpty, wholeNumber } from '../arguments.js';
import { type CommandContext, printJson } from '../command-context.js';
import { printable } from '../terminal/printable.js';
import { printTable } from '../terminal/table.js';

interface InspectOptions {
  readonly top: number;
  readonly json?: boolean;
}

/** A file of an index. */
interface InspectedPart {
  readonly name: string;
  readonly kind: string;
  readonly bytes: number;
  readonly fingerprint: string | null;
  readonly postings: number | null;
  /** Of the file. */
  readonly bytesPerPosting: number | null;
}

/** What is known of an index. */
interface Inspection {
  /** Absent of a single file. */
  readonly collection?: {
    readonly documents: number;
    readonly generation: number;
    readonly segments: number;
    readonly bytes: number;
  };
  readonly parts: readonly InspectedPart[];
  /** By name: a field, or `terms`. Empty where nothing of it has words. */
  readonly terms: Readonly<Record<string, Bm25Summary>>;
}

/** `sluice inspect PLACE`. */
export function registerInspect(program: Command, context: CommandContext): void {
  program
    .command('inspect')
    .description('show what an index holds: documents, terms, postings, lengths, the most common terms, bytes')
    .argument('<place>', 'an index, or a single index file', nonEmpty)
    .option('--top <count>', 'most common terms to name', wholeNumber('top'), 10)
    .option('--json', 'print JSON')
    .action((place: string, options: InspectOptions) => inspect(context, place, options));
}

async function inspect(context: CommandContext, place: string, { top, json }: InspectOptions): Promise<void> {
  const { signal } = context;
  const options = { topTerms: top, signal };
  const isFile = await stat(place).then(
    (found) => found.isFile(),
    () => false,
  );
  const inspection = isFile ? await inspectFile(place, options) : await inspectCollection(place, options);
  if (json) printJson(context, inspection);
  else print(context, inspection);
}

type Asked = Pick<CallOptions, 'signal'> & { readonly topTerms: number };

async function inspectCollection(folder: string, options: Asked): Promise<Inspection> {
  const snapshot = await openStore(nodeDirectory(folder));
  try {
    const { segments, generation, bytes, space } = snapshot;
    const parts: InspectedPart[] = [];
    const indexes: (readonly [string, Bm25Index])[] = [];
    for (const [at, segment] of segments.entries()) {
      for (const [name, { kind, bytes: size, fingerprint = null }] of segment.parts) {
        const loaded = hasPostings(kind) ? loadPostings(await segment.open(name, options), name) : noPostings;
        indexes.push(...loaded.indexes);
        const label = segments.length > 1 ? `${name}, segment ${at + 1}` : name;
        parts.push(partOf({ name: label, kind, bytes: size, fingerprint }, loaded.postings));
      }
    }
    const collection = { documents: space.size, generation, segments: segments.length, bytes };
    return { collection, parts, terms: await summaries(indexes, options) };
  } finally {
    await snapshot.close();
  }
}

async function inspectFile(file: string, options: Asked): Promise<Inspection> {
  const saved = await readContainer(nodeDirectory(dirname(file)), basename(file), options);
  if (!hasPostings(saved.kind)) {
    const advice = 'Name the folder of a collection, or a file that saveBm25, saveFields or saveImpact made.';
    throw new InvalidInputError({ source: file }, `it is of kind '${saved.kind}', not an index of words`, advice);
  }
  const { indexes, postings, fingerprint } = loadPostings(saved, 'terms');
  const { size } = await stat(file);
  const part = partOf({ name: basename(file), kind: saved.kind, bytes: size, fingerprint }, postings);
  return { parts: [part], terms: await summaries(indexes, options) };
}

interface LoadedPostings {
  /** By what they are called: a field, or the part. */
  readonly indexes: readonly (readonly [string, Bm25Index])[];
  readonly postings: number | null;
  readonly fingerprint: string | null;
}

const noPostings: LoadedPostings = { indexes: [], postings: null, fingerprint: null };

function hasPostings(kind: string): boolean {
  return kind === 'bm25' || kind === 'bm25f' || kind === 'impact';
}

function loadPostings(saved: SavedIndex, name: string): LoadedPostings {
  if (saved.kind === 'impact') {
    const { postings, fingerprint } = loadImpact(saved);
    return { indexes: [], postings, fingerprint };
  }
  if (saved.kind === 'bm25f') {
    const { fields, postings, fingerprint } = loadFields(saved);
    return { indexes: [...fields], postings, fingerprint };
  }
  const index = loadBm25(saved);
  return { indexes: [[name, index]], postings: index.postings, fingerprint: index.analyzerFingerprint };
}

function partOf(
  facts: Pick<InspectedPart, 'name' | 'kind' | 'bytes' | 'fingerprint'>,
  postings: number | null,
): InspectedPart {
  return { ...facts, postings, bytesPerPosting: postings ? facts.bytes / postings : null };
}

/** Indexes of one name are the segments of one. */
async function summaries(
  indexes: readonly (readonly [string, Bm25Index])[],
  options: Asked,
): Promise<Record<string, Bm25Summary>> {
  const summarized: Record<string, Bm25Summary> = {};
  for (const name of new Set(indexes.map(([own]) => own))) {
    const own = indexes.flatMap(([each, index]) => (each === name ? [index] : []));
    summarized[name] = await summarizeBm25(own, options);
  }
  return summarized;
}

function print({ terminal }: CommandContext, { collection, parts, terms }: Inspection): void {
  const number = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 2 });
  if (collection) {
    const { documents, generation, segments, bytes } = collection;
    const pieces = segments === 1 ? '1 segment' : `${segments} segments`;
    terminal.out(`${number(documents)} documents in ${pieces}, commit ${generation}, ${number(bytes)} bytes\n\n`);
  }
  printTable(
    terminal,
    ['part', 'kind', 'bytes', 'postings', 'bytes a posting', 'fingerprint'],
    parts.map(({ name, kind, bytes, postings, bytesPerPosting, fingerprint }) => [
      name,
      kind,
      number(bytes),
      postings === null ? '' : number(postings),
      bytesPerPosting === null ? '' : bytesPerPosting.toFixed(2),
      fingerprint ?? '',
    ]),
  );
  for (const [name, summary] of Object.entries(terms)) {
    terminal.out(`\n${name}: ${sentence(summary, number)}\n\n`);
    printTable(
      terminal,
      ['most common', 'documents', 'occurrences', 'idf'],
      summary.topTerms.map(({ term, documentFrequency, collectionFrequency, idf }) => [
        printable(term),
        number(documentFrequency),
        number(collectionFrequency),
        idf.toFixed(3),
      ]),
    );
  }
}

function sentence(summary: Bm25Summary, number: (value: number) => string): string {
  const { documents, terms, singletons, postings, tokens, averageLength } = summary;
  const words = `${number(terms)} terms (${number(singletons)} in one document)`;
  return `${words}, ${number(postings)} postings, ${number(tokens)} tokens; ${number(documents)} documents with terms, ${number(averageLength)} tokens each`;
}
