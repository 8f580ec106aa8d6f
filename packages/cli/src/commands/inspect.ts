import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type CallOptions, InvalidInputError, type Json, type SavedIndex } from '@sluice/core';
import { readContainer } from '@sluice/files';
import { nodeDirectory } from '@sluice/files/node';
import {
  type Bm25Index,
  type Bm25Summary,
  type ImpactIndex,
  loadBm25,
  loadFields,
  loadImpact,
  summarizeBm25,
  summarizeImpact,
} from '@sluice/retrievers';
import { openStore } from '@sluice/store';
import type { Command } from 'commander';
import { nonEmpty, wholeNumber } from '../arguments.js';
import { type CommandContext, printJson } from '../command-context.js';
import type { InspectedPart, InspectedWeights, Inspection } from '../inspection/inspection.js';
import { namedTerms } from '../inspection/named-terms.js';
import { printInspection } from '../inspection/print-inspection.js';

interface InspectOptions {
  readonly top: number;
  readonly json?: boolean;
}

/** `sluice inspect PLACE`. */
export function registerInspect(program: Command, context: CommandContext): void {
  program
    .command('inspect')
    .description(
      'show what an index holds: documents, terms, postings, lengths, the most common or heaviest terms, bytes',
    )
    .argument('<place>', 'an index, or a single index file', nonEmpty)
    .option('--top <count>', 'most common and heaviest terms to name', wholeNumber('top'), 10)
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
  else printInspection(context, inspection);
}

type Asked = Pick<CallOptions, 'signal'> & { readonly topTerms: number };

async function inspectCollection(folder: string, options: Asked): Promise<Inspection> {
  const snapshot = await openStore(nodeDirectory(folder));
  try {
    const { segments, generation, bytes, space, settings } = snapshot;
    const parts: InspectedPart[] = [];
    const loadedParts: LoadedPostings[] = [];
    for (const [at, segment] of segments.entries()) {
      for (const [name, { kind, bytes: size, fingerprint = null }] of segment.parts) {
        const loaded = hasPostings(kind) ? loadPostings(await segment.open(name, options), name) : noPostings;
        loadedParts.push(loaded);
        const label = segments.length > 1 ? `${name}, segment ${at + 1}` : name;
        parts.push(partOf({ name: label, kind, bytes: size, fingerprint }, loaded.postings));
      }
    }
    const collection = { documents: space.size, generation, segments: segments.length, bytes };
    return { collection, parts, ...(await summaries(loadedParts, settings, options)) };
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
  const loaded = loadPostings(saved, 'terms');
  const { postings, fingerprint } = loaded;
  const { size } = await stat(file);
  const part = partOf({ name: basename(file), kind: saved.kind, bytes: size, fingerprint }, postings);
  return { parts: [part], ...(await summaries([loaded], null, options)) };
}

interface LoadedPostings {
  /** By what they are called: a field, or the part. */
  readonly indexes: readonly (readonly [string, Bm25Index])[];
  /** Likewise. */
  readonly impacts: readonly (readonly [string, ImpactIndex])[];
  readonly postings: number | null;
  readonly fingerprint: string | null;
}

const noPostings: LoadedPostings = { indexes: [], impacts: [], postings: null, fingerprint: null };

function hasPostings(kind: string): boolean {
  return kind === 'bm25' || kind === 'bm25f' || kind === 'impact';
}

function loadPostings(saved: SavedIndex, name: string): LoadedPostings {
  if (saved.kind === 'impact') {
    const index = loadImpact(saved);
    const { postings, fingerprint } = index;
    return { indexes: [], impacts: [[name, index]], postings, fingerprint };
  }
  if (saved.kind === 'bm25f') {
    const { fields, postings, fingerprint } = loadFields(saved);
    return { indexes: [...fields], impacts: [], postings, fingerprint };
  }
  const index = loadBm25(saved);
  return { indexes: [[name, index]], impacts: [], postings: index.postings, fingerprint: index.analyzerFingerprint };
}

function partOf(
  facts: Pick<InspectedPart, 'name' | 'kind' | 'bytes' | 'fingerprint'>,
  postings: number | null,
): InspectedPart {
  return { ...facts, postings, bytesPerPosting: postings ? facts.bytes / postings : null };
}

/** @param settings of the collection; they name the model that made its weights */
async function summaries(
  loaded: readonly LoadedPostings[],
  settings: Json,
  options: Asked,
): Promise<Pick<Inspection, 'terms' | 'weights'>> {
  const terms: Record<string, Bm25Summary> = {};
  for (const [name, indexes] of byName(loaded.flatMap((part) => part.indexes))) {
    terms[name] = await summarizeBm25(indexes, options);
  }
  const weights: Record<string, InspectedWeights> = {};
  for (const [name, indexes] of byName(loaded.flatMap((part) => part.impacts))) {
    const summary = await summarizeImpact(indexes, options);
    const known = await namedTerms(settings, indexes[0]?.fingerprint ?? '', summary.heaviestTerms);
    weights[name] = { ...summary, ...known };
  }
  return { terms, weights };
}

/** Indexes of one name are the segments of one. */
function byName<Index>(named: readonly (readonly [string, Index])[]): Map<string, Index[]> {
  const found = new Map<string, Index[]>();
  for (const [name, index] of named) found.set(name, [...(found.get(name) ?? []), index]);
  return found;
}
