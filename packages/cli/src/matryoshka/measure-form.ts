import type { CallOptions } from '@sluice/core';
import { bootstrapInterval, evaluateRankings, type Interval, mean } from '@sluice/evaluation';
import type { EncodedCollection } from './encoded-collection.js';
import type { FormName, VectorForm } from './vector-form.js';

export const MEASURE = 'nDCG@10';
const DEPTH = 10;
/** Long enough for the clock, short enough for a table. */
const TIMED_MS = 300;

/** How good and how fast a form is. */
export interface MeasuredForm {
  readonly name: FormName;
  readonly dimensions: number;
  /** Of one vector. */
  readonly bytes: number;
  /** Mean {@link MEASURE} of the judged queries. */
  readonly quality: number;
  /** 95 % bootstrap interval of the mean; absent for fewer than two queries. */
  readonly interval?: Interval;
  /** Searching in one batch on one thread; encoding not counted. */
  readonly queriesPerSecond: number;
}

/** Searches all queries for quality, then again until {@link TIMED_MS} have passed for speed. */
export async function measureForm(
  form: VectorForm,
  { qrels, queries }: EncodedCollection,
  { signal }: Required<Pick<CallOptions, 'signal'>>,
): Promise<MeasuredForm> {
  const values = evaluateRankings(qrels, await form.search(DEPTH, signal), queries, MEASURE);
  const interval = values.length < 2 ? undefined : await bootstrapInterval(values, { signal });
  const { name, dimensions, bytes } = form;
  return {
    name,
    dimensions,
    bytes,
    quality: mean(values),
    ...(interval && { interval }),
    queriesPerSecond: await speedOf(form, queries.length, signal),
  };
}

async function speedOf(form: VectorForm, queries: number, signal: AbortSignal): Promise<number> {
  const start = performance.now();
  let [rounds, elapsed] = [0, 0];
  while (elapsed < TIMED_MS) {
    await form.search(DEPTH, signal);
    rounds++;
    elapsed = performance.now() - start;
  }
  return (1000 * rounds * queries) / elapsed;
}
