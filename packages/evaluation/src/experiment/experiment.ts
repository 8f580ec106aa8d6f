import {
  type CallOptions,
  type OnProgress,
  parseOptions,
  type Query,
  type Ranking,
  type RetrieveOptions,
  type Retriever,
  retrieveAll,
} from '@sluice/core';
import { z } from 'zod';
import type { IdentifiedQuery } from '../datasets/collection.js';
import type { Measure } from '../measures/measure.js';
import type { Qrels } from '../qrels.js';
import { Run } from '../run.js';
import { type DocumentOf, toDocuments } from '../to-documents.js';
import { type CompareOptions, compareRuns, expectBaseline } from './compare-runs.js';
import type { Comparison } from './comparison.js';

/** What an experiment compares, on what, and how. */
export interface ExperimentOptions
  extends Pick<CompareOptions, 'baseline' | 'test' | 'correction' | 'seed'>,
    Pick<CallOptions, 'signal' | 'onProgress'> {
  /** By the name of the row. What pipelines share is run once. */
  readonly pipelines: Readonly<Record<string, Retriever>>;
  readonly queries: readonly IdentifiedQuery[];
  readonly qrels: Qrels;
  /** Names such as `nDCG@10`, or your own. */
  readonly measures: readonly (string | Measure)[];
  /** Results of each query, at least 1. Default 1,000; set it to the deepest cut-off of the measures to save time. */
  readonly topK?: number;
  /** Queries searched together. Default 256. */
  readonly batchSize?: number;
  /** Queries at most on which each pipeline is timed alone, after one warm-up query; 0 times nothing. Default 50. */
  readonly timedQueries?: number;
  /** No further query is begun once a pipeline has been timed for so long, in milliseconds: above 0. Default 2,000. */
  readonly timedMs?: number;
  /** Replaces chunks by their documents before measuring; judgements are of documents then. */
  readonly documentOf?: DocumentOf;
  /** Milliseconds, monotonic; replaced in tests. */
  readonly clock?: () => number;
}

const experimentSizes = z.object({
  topK: z.int().min(1).default(1000),
  batchSize: z.int().min(1).default(256),
  timedQueries: z.int().min(0).default(50),
  timedMs: z.number().positive().default(2000),
});

/**
 * Runs several pipelines over the same queries, measures them and tests their differences.
 *
 * Beginnings that pipelines share are run once. Times are measured apart, each pipeline alone and one query at a time,
 * so that a shared beginning is paid by each; a slow one (a reranker reads passages again for it) on a few queries only.
 *
 * @throws {InvalidOptionsError} a size is out of range, `baseline` is not a pipeline, or a measure's name cannot be read
 * @throws the signal's `reason`, once it has fired
 * @example
 * const comparison = await experiment({
 *   pipelines: { bm25, hybrid }, queries, qrels, measures: ['nDCG@10', 'R@100'], baseline: 'bm25',
 * });
 * console.log(formatComparison(comparison, 'markdown'));
 */
export async function experiment(options: ExperimentOptions): Promise<Comparison> {
  const { pipelines, queries, qrels, measures, baseline, test, correction, seed, signal, onProgress } = options;
  const sizes = parseOptions(experimentSizes, pickSizes(options), 'experiment');
  expectBaseline(baseline, Object.keys(pipelines));
  const call: CallOptions = { ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) };
  const runs = await runAll(pipelines, queries, { ...call, topK: sizes.topK }, sizes.batchSize);
  const measured = Object.fromEntries(
    Object.entries(runs).map(([name, run]) => [name, options.documentOf ? toDocuments(run, options.documentOf) : run]),
  );
  const comparison = await compareRuns(qrels, measured, {
    measures,
    ...(baseline === undefined ? {} : { baseline }),
    ...(test ? { test } : {}),
    ...(correction ? { correction } : {}),
    ...(seed === undefined ? {} : { seed }),
    ...call,
  });
  if (sizes.timedQueries === 0 || queries.length === 0) return comparison;
  const clock = options.clock ?? (() => performance.now());
  const timing = { clock, timedMs: sizes.timedMs, onProgress };
  const search = { topK: sizes.topK, ...(signal ? { signal } : {}) };
  const times = await timeEach(pipelines, queries.slice(0, sizes.timedQueries), search, timing);
  return {
    ...comparison,
    systems: comparison.systems.map((system) => ({ ...system, msPerQuery: times.get(system.name) ?? Number.NaN })),
  };
}

function pickSizes(options: ExperimentOptions): z.input<typeof experimentSizes> {
  const { topK, batchSize, timedQueries, timedMs } = options;
  return { topK, batchSize, timedQueries, timedMs };
}

/** One run for each pipeline, over batches of queries. */
async function runAll(
  pipelines: Readonly<Record<string, Retriever>>,
  queries: readonly IdentifiedQuery[],
  options: RetrieveOptions,
  batchSize: number,
): Promise<Record<string, Run>> {
  const names = Object.keys(pipelines);
  const answers = names.map((): Ranking[] => []);
  for (let from = 0; from < queries.length; from += batchSize) {
    const batch = queries.slice(from, from + batchSize);
    const rankings = await retrieveAll(Object.values(pipelines), batch, options);
    for (const [at, found] of rankings.entries()) answers[at]?.push(...found);
    const done = from + batch.length;
    options.onProgress?.({ phase: 'retrieving', done, total: queries.length, unit: 'queries' });
  }
  return Object.fromEntries(
    names.map((name, at) => [name, Run.fromRankings(answers[at] ?? [], queries, { tag: name })]),
  );
}

interface Timing {
  readonly clock: () => number;
  readonly timedMs: number;
  readonly onProgress: OnProgress | undefined;
}

/** Milliseconds a query of each pipeline, one query at a time. */
async function timeEach(
  pipelines: Readonly<Record<string, Retriever>>,
  queries: readonly Query[],
  options: RetrieveOptions,
  { clock, timedMs, onProgress }: Timing,
): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  const total = Object.keys(pipelines).length;
  for (const [name, pipeline] of Object.entries(pipelines)) {
    await pipeline.retrieve(queries.slice(0, 1), options);
    const started = clock();
    let elapsed = 0;
    let answered = 0;
    for (const query of queries) {
      if (elapsed >= timedMs) break;
      await pipeline.retrieve([query], options);
      answered++;
      elapsed = clock() - started;
    }
    times.set(name, elapsed / answered);
    onProgress?.({ phase: 'timing', done: times.size, total, unit: 'pipelines' });
  }
  return times;
}
