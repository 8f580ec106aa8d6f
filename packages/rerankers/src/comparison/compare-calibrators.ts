import {
  type CallOptions,
  InvalidInputError,
  isSluiceError,
  mapInSlices,
  paced,
  parseOptions,
  type Scale,
  seededRandom,
  shuffled,
} from '@sluice/core';
import {
  brierScore,
  brierSkill,
  calibrationErrorOf,
  negativeLogLikelihood,
  poolLists,
  type ReliabilityBin,
  reliabilitySteps,
} from '@sluice/evaluation';
import { z } from 'zod';
import { fitBeta } from '../calibration/beta.js';
import type { Calibrator, FitOptions, LabelledScores } from '../calibration/calibrator.js';
import { fitIsotonic } from '../calibration/isotonic.js';
import { fitPlatt } from '../calibration/platt.js';
import { fitTemperature } from '../calibration/temperature.js';

/** One judged query: the scores of its results and which are relevant. */
export interface ScoredList {
  readonly scores: Float32Array;
  /** 1 relevant, 0 not; one a score. */
  readonly labels: Uint8Array;
}

/** How calibrators are compared. */
export interface CompareCalibratorsOptions extends CallOptions {
  /** What the scores mean: beta is for scores from 0 to 1, temperature for logits. */
  readonly scale: Scale;
  /**
   * Parts that the queries are divided into, 2 to 100: each is measured by what the others taught.
   * @default 5
   */
  readonly folds?: number | undefined;
  /**
   * Decides which queries share a part. An integer.
   * @default 1
   */
  readonly seed?: number | undefined;
}

/** How good the probabilities of one kind of calibrator are on queries that it has not seen. */
export interface CalibratorResult {
  /** `base rate` is the same probability for every result: what knowing nothing of the scores is worth. */
  readonly kind: string;
  /** Expected calibration error over 15 bins of equal mass. */
  readonly ece: number;
  readonly brier: number;
  /** Share of the base rate's Brier score that it saves; at most 1, below 0 when it does harm. */
  readonly skill: number;
  /** Mean negative log-likelihood in nats. */
  readonly nll: number;
  readonly diagram: readonly ReliabilityBin[];
}

/** What comparing found. */
export interface CalibratorComparison {
  /** By rising negative log-likelihood. The first is the best of several on the queries that it is measured on. */
  readonly results: readonly CalibratorResult[];
  /**
   * What choosing is worth: for each part of the queries, the kind that is best within the others, fitted on them. No
   * query had a say in what measures it.
   */
  readonly chosen: CalibratorResult;
  /** The kind with the least negative log-likelihood, fitted on all queries: what choosing by all of them gives. */
  readonly best: Calibrator;
}

const schema = z.strictObject({
  scale: z.custom<Scale>((value) => typeof value === 'object' && value !== null),
  folds: z.int().min(2).max(100).default(5),
  seed: z.int().default(1),
});

type Fit = (pairs: LabelledScores, options: FitOptions) => Calibrator | Promise<Calibrator>;

/**
 * Fits each kind of calibrator on some queries, measures its probabilities on the others, and keeps the best.
 *
 * Over the first 10 results of a pipeline: among many candidates of which few are relevant every calibrator looks good.
 * Source: arXiv 1706.04599, with folds that share no query.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {InvalidInputError} there are fewer queries with results than folds, or results of one kind only
 * @throws the signal's `reason`, once it has fired
 */
export async function compareCalibrators(
  lists: readonly ScoredList[],
  { signal, onProgress, trace: _, ...options }: CompareCalibratorsOptions,
): Promise<CalibratorComparison> {
  const { scale, folds, seed } = parseOptions(schema, options, 'compareCalibrators');
  const used = lists.filter(({ labels }) => labels.length > 0);
  if (used.length < folds) {
    const problem = `${used.length} queries have results, and there are ${folds} folds`;
    throw new InvalidInputError({ source: 'lists' }, problem, 'Give more judged queries, or fewer folds.');
  }
  const order = Array.from(shuffled(used.length, seededRandom(seed)));
  const dealt = order.flatMap((at) => used[at] ?? []);
  const kinds = calibratorsFor(scale);
  const results: CalibratorResult[] = [];
  for (const [done, [kind, fit]] of kinds.entries()) {
    onProgress?.({ phase: `comparing: ${kind}`, done, total: kinds.length, unit: 'calibrators' });
    results.push(await resultOf(kind, await heldOut(dealt, folds, () => fit, signal), dealt, signal));
  }
  results.sort((left, right) => left.nll - right.nll);
  const [first] = results.filter(({ kind }) => kind !== BASE_RATE);
  const fitBest = new Map(kinds).get(first?.kind ?? '') ?? fitPlatt;
  const best = await fitBest(poolLists(dealt), { signal });
  const fitted = kinds.filter(([kind]) => kind !== BASE_RATE).map(([, fit]) => fit);
  const choice = await heldOut(dealt, folds, (others) => bestWithin(others, fitted, signal), signal);
  return { results, chosen: await resultOf(CHOSEN, choice, dealt, signal), best };
}

const BASE_RATE = 'base rate';
const CHOSEN = 'chosen';

/** Parts of the learning queries among which a kind is chosen. */
const INNER_FOLDS = 3;

/** The probabilities of each list by a calibrator that others taught: those of no list of its part. */
async function heldOut(
  lists: readonly ScoredList[],
  folds: number,
  choose: (others: readonly ScoredList[]) => Fit | Promise<Fit>,
  signal: AbortSignal | undefined,
): Promise<Float32Array[]> {
  const probabilities: Float32Array[] = [];
  for (let fold = 0; fold < folds; fold++) {
    signal?.throwIfAborted();
    const others = lists.filter((_, at) => at % folds !== fold);
    const fit = await choose(others);
    const calibrator = await fit(poolLists(others), { signal });
    const own = lists.filter((_, at) => at % folds === fold);
    const found = await mapInSlices(own, ({ scores }) => calibrator.probabilities(scores), { signal });
    for (const [position, each] of found.entries()) probabilities[fold + position * folds] = each;
  }
  return probabilities;
}

/** Of several kinds, the one with the least log-likelihood lost on lists that did not teach it; the first of equals. */
async function bestWithin(
  lists: readonly ScoredList[],
  kinds: readonly Fit[],
  signal: AbortSignal | undefined,
): Promise<Fit> {
  let best: { readonly fit: Fit; readonly nll: number } = { fit: kinds[0] ?? fitPlatt, nll: Number.POSITIVE_INFINITY };
  for (const fit of kinds) {
    const nll = await lossWithin(lists, fit, signal);
    if (nll < best.nll) best = { fit, nll };
  }
  return best.fit;
}

/** Infinity for a kind that a part of so few lists cannot teach. */
async function lossWithin(lists: readonly ScoredList[], fit: Fit, signal: AbortSignal | undefined): Promise<number> {
  try {
    const probabilities = await heldOut(lists, Math.min(INNER_FOLDS, lists.length), () => fit, signal);
    return negativeLogLikelihood(pairsOf(probabilities, lists));
  } catch (error) {
    if (isSluiceError(error, 'SLUICE_INVALID_INPUT')) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

/** Those whose assumptions the scale meets. */
function calibratorsFor({ name, minimum, maximum }: Scale): (readonly [string, Fit])[] {
  return [
    [BASE_RATE, baseRate],
    ['platt', fitPlatt],
    ['isotonic', fitIsotonic],
    ...(minimum >= 0 && maximum <= 1 ? ([['beta', fitBeta]] as const) : []),
    ...(name === 'logit' ? ([['temperature', fitTemperature]] as const) : []),
  ];
}

function baseRate({ labels }: LabelledScores): Calibrator {
  const rate = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  return { kind: BASE_RATE, probabilities: (scores) => scores.map(() => rate), toJSON: () => rate };
}

async function resultOf(
  kind: string,
  each: readonly Float32Array[],
  lists: readonly ScoredList[],
  signal: AbortSignal | undefined,
): Promise<CalibratorResult> {
  const pairs = pairsOf(each, lists);
  const diagram = await paced(reliabilitySteps(pairs), signal);
  return {
    kind,
    ece: calibrationErrorOf(diagram),
    brier: brierScore(pairs),
    skill: brierSkill(pairs),
    nll: negativeLogLikelihood(pairs),
    diagram,
  };
}

function pairsOf(each: readonly Float32Array[], lists: readonly ScoredList[]) {
  const { scores: probabilities, labels } = poolLists(
    lists.map((list, at) => ({ scores: each[at] ?? new Float32Array(0), labels: list.labels })),
  );
  return { probabilities, labels };
}
