import { InvalidInputError, paced, parseOptions } from '@sluice/core';
import { type Cut, type Pool, pooledCuts, poolSteps } from '@sluice/evaluation';
import { z } from 'zod';

/** A threshold and what it did on the queries that chose it. */
export interface ChosenThreshold {
  /** Keep what scores at least this. */
  readonly threshold: number;
  /** Share of the relevant pairs that are kept. */
  readonly recall: number;
  /** Share of the kept pairs that are relevant. */
  readonly precision: number;
}

/** What a threshold is chosen for: one of the two, above 0 to 1. */
export type ThresholdTarget = { readonly targetRecall: number } | { readonly targetPrecision: number };

/** Cuts between two yields. */
const STEP = 4096;

const share = z.number().gt(0).max(1);
const schema = z.union([z.strictObject({ targetRecall: share }), z.strictObject({ targetPrecision: share })]);

/**
 * The threshold that keeps what is asked for on judged queries, over all of them together.
 *
 * `targetRecall`: the greatest threshold that keeps at least that share of the relevant pairs. `targetPrecision`: the
 * least threshold of which at least that share of the kept pairs is relevant.
 *
 * Choose it on queries that neither trained the filter nor will measure it. Recall counts retrieved documents only: what
 * retrieval missed is out of a filter's reach. Source: arXiv 2408.04887; the precision target is ours.
 *
 * @param scores one a pair, larger is better, not NaN
 * @param labels 1 relevant, 0 not
 * @throws {InvalidOptionsError} the target is out of range
 * @throws {InvalidInputError} unequal lengths, no pair is relevant, a score is NaN (`row` names it), or no threshold is as
 *   precise as asked
 * @throws the signal's `reason`, once it has fired
 */
export async function chooseThreshold(
  scores: Float32Array,
  labels: Uint8Array,
  target: ThresholdTarget,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ChosenThreshold> {
  const asked = parseOptions(schema, target, 'chooseThreshold');
  const pool = await paced(poolSteps(scores, labels), signal);
  const cut = await paced('targetRecall' in asked ? cutAtRecall(pool, asked) : cutAtPrecision(pool, asked), signal);
  if (cut) return { threshold: cut.threshold, recall: cut.recall, precision: cut.precision };
  const problem = `0 relevant among ${labels.length} labels`;
  throw new InvalidInputError({ source: 'labels' }, problem, 'Give lists with relevant candidates.');
}

function* cutAtRecall(
  pool: Pool,
  { targetRecall }: { readonly targetRecall: number },
): Generator<void, Cut | undefined> {
  let cuts = 0;
  for (const cut of pooledCuts(pool)) {
    if (cut.recall >= targetRecall) return cut;
    if (++cuts % STEP === 0) yield;
  }
  return undefined;
}

function* cutAtPrecision(
  pool: Pool,
  { targetPrecision }: { readonly targetPrecision: number },
): Generator<void, Cut | undefined> {
  let [found, best, cuts]: [Cut | undefined, number, number] = [undefined, 0, 0];
  for (const cut of pooledCuts(pool)) {
    best = Math.max(best, cut.precision);
    if (cut.precision >= targetPrecision) found = cut;
    if (++cuts % STEP === 0) yield;
  }
  if (found || pool.retrieved === 0) return found;
  const problem = `no threshold is more precise than ${best.toFixed(3)}`;
  throw new InvalidInputError({ source: 'scores' }, problem, 'Ask for less, or use scores that tell more.');
}
