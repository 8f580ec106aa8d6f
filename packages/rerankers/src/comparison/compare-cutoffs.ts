import { type CallOptions, InvalidInputError, paced, parseOptions, seededRandom, shuffled } from '@sluice/core';
import {
  auroc,
  type Interval,
  type Pool,
  pooledAreaInterval,
  pooledAreaSteps,
  pooledCuts,
  poolLists,
  poolSteps,
} from '@sluice/evaluation';
import { z } from 'zod';
import { chooseThreshold } from '../relevance/choose-threshold.js';
import type { CutoffMethod, JudgedList } from './cutoff-method.js';
import { cutoffMethods } from './cutoff-methods.js';
import { eachInSlices } from './each-in-slices.js';
import { pooledScores } from './pooled-scores.js';

/** How ways to cut are compared. */
export interface CompareCutoffsOptions extends CallOptions {
  /**
   * Share of the relevant candidates that a threshold is chosen to keep, above 0 to 1.
   * @default 0.95
   */
  readonly targetRecall?: number | undefined;
  /**
   * Parts that the queries are divided into, 3 to 100: each is measured by what the others taught.
   * @default 5
   */
  readonly folds?: number | undefined;
  /**
   * Decides which queries share a part. An integer.
   * @default 1
   */
  readonly seed?: number | undefined;
  /**
   * The ways.
   * @default all that the lists allow
   */
  readonly methods?: readonly CutoffMethod[] | undefined;
}

/** What one way to cut did to queries that had no part in its training or its threshold. Shares are 0 to 1. */
export interface CutoffResult {
  readonly method: string;
  /** Pooled over all queries, with the range of 95 % of bootstrap samples of queries. */
  readonly prAuc: number;
  readonly interval: Interval;
  /** Of the relevant candidates, those that the threshold kept: the target is met on average, not always. */
  readonly recall: number;
  /** The same, of all relevant documents: what retrieval missed counts as missed. */
  readonly recallOfJudged: number;
  /** Of what was kept, what is relevant. P@R95 at the default target. */
  readonly precision: number;
  /** Of the candidates, those that were dropped: Filter%. */
  readonly dropped: number;
  /** Of the queries, those that kept nothing: Null%. */
  readonly empty: number;
  /** Mean reciprocal rank of the first relevant result among the first ten; an empty answer counts 0. */
  readonly mrr: number;
  /**
   * AUROC of "something here is relevant" by the best number of a list: lists with a relevant candidate against the same
   * lists without their relevant candidates. .5 is chance; NaN where the way gives no numbers to compare.
   */
  readonly answerable: number;
  /** Precision and recall along the pooled curve, by rising recall; one point for each half percent at most. */
  readonly curve: readonly { readonly recall: number; readonly precision: number }[];
}

const schema = z.strictObject({
  targetRecall: z.number().gt(0).max(1).default(0.95),
  folds: z.int().min(3).max(100).default(5),
  seed: z.int().default(1),
  methods: z.custom<readonly CutoffMethod[]>().optional(),
});

const MRR_DEPTH = 10;
const CURVE_POINTS = 200;
/** Cuts between two yields. */
const CUTS_A_STEP = 4096;

/**
 * Measures ways to cut rankings side by side: learnt on some queries, their threshold chosen on others, judged on the rest.
 *
 * Queries are divided into `folds` parts. For each, a way learns on all but two of the parts, its threshold is chosen on
 * one, and what it did to the last is counted. Lists without candidates count as empty answers.
 *
 * Source: arXiv 2408.04887, with splits that share no query.
 *
 * @param lists one a query; all with or all without a lexical source
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {InvalidInputError} there are fewer queries with a relevant candidate than folds
 * @throws the signal's `reason`, once it has fired
 */
export async function compareCutoffs(
  lists: readonly JudgedList[],
  { signal, onProgress, trace: _, ...options }: CompareCutoffsOptions = {},
): Promise<CutoffResult[]> {
  const { targetRecall, folds, seed, methods } = parseOptions(schema, options, 'compareCutoffs');
  const parts = dividedIn(lists, folds, seed);
  const asked = methods ?? cutoffMethods(lists.filter(({ labels }) => labels.length > 0));
  const results: CutoffResult[] = [];
  for (const [done, method] of asked.entries()) {
    onProgress?.({ phase: `comparing: ${method.name}`, done, total: asked.length, unit: 'methods' });
    const answers: Answer[] = [];
    for (let test = 0; test < folds; test++) {
      signal?.throwIfAborted();
      answers.push(...(await answersOf(method, parts, { test, targetRecall, signal })));
    }
    results.push(await summaryOf(method.name, answers, signal));
  }
  return results;
}

/** A list with the numbers that decided about it, and the threshold that it was held to. */
interface Answer {
  readonly list: JudgedList;
  readonly scores: Float32Array;
  readonly threshold: number;
  /** The best number of the list, and of the list without its relevant candidates; absent where it has none, or no others. */
  readonly best?: { readonly whole: number; readonly without: number } | undefined;
}

interface Fold {
  readonly test: number;
  readonly targetRecall: number;
  readonly signal: AbortSignal | undefined;
}

async function answersOf(
  method: CutoffMethod,
  parts: readonly (readonly JudgedList[])[],
  { test, targetRecall, signal }: Fold,
): Promise<Answer[]> {
  const choosing = (test + 1) % parts.length;
  const learnt = parts.flatMap((part, at) => (at === test || at === choosing ? [] : part)).filter(hasCandidates);
  const call = signal ? { signal } : {};
  const keep = await method.fit(learnt, call);
  const { scores, labels } = await pooledScores((parts[choosing] ?? []).filter(hasCandidates), keep, { signal });
  const { threshold } = await chooseThreshold(scores, labels, { targetRecall }, { signal });
  const answer = async (list: JudgedList): Promise<Answer> => {
    const scores = hasCandidates(list) ? await keep(list, call) : new Float32Array(0);
    const rest = withoutRelevant(list);
    const isTold = rest.labels.length > 0 && rest.labels.length < list.labels.length;
    const best = isTold ? { whole: greatest(scores), without: greatest(await keep(rest, call)) } : undefined;
    return { list, scores, threshold, best };
  };
  return eachInSlices(parts[test] ?? [], answer, call);
}

function withoutRelevant({ dense, lexical, own, labels, ...list }: JudgedList): JudgedList {
  const others = (values: Float32Array): Float32Array => values.filter((_, at) => labels[at] === 0);
  return {
    ...list,
    dense: others(dense),
    lexical: lexical && others(lexical),
    own: own && others(own),
    labels: labels.filter((label) => label === 0),
  };
}

function greatest(scores: Float32Array): number {
  return scores.reduce((top, score) => Math.max(top, score), Number.NEGATIVE_INFINITY);
}

async function summaryOf(
  method: string,
  answers: readonly Answer[],
  signal: AbortSignal | undefined,
): Promise<CutoffResult> {
  const { scores, labels, offsets } = poolLists(answers.map(({ list, scores }) => ({ scores, labels: list.labels })));
  const pool = await paced(poolSteps(scores, labels), signal);
  const interval = await pooledAreaInterval({ scores, labels, offsets }, signal ? { signal } : {});
  const best = answers.flatMap((answer) => answer.best ?? []);
  const counts = await paced(countSteps(answers), signal);
  return {
    method,
    prAuc: await paced(pooledAreaSteps(pool), signal),
    interval,
    recall: share(counts.hits, pool.retrieved),
    recallOfJudged: share(counts.hits, counts.judged),
    precision: share(counts.hits, counts.kept),
    dropped: 1 - share(counts.kept, labels.length),
    empty: share(counts.empty, answers.length),
    mrr: share(counts.reciprocal, answers.length),
    answerable: auroc(
      best.map(({ whole }) => whole),
      best.map(({ without }) => without),
    ),
    curve: await paced(curveSteps(pool), signal),
  };
}

/** What the thresholds did to the lists, over all of them. */
function* countSteps(answers: readonly Answer[]) {
  const counts = { kept: 0, hits: 0, empty: 0, judged: 0, reciprocal: 0 };
  for (const { list, scores, threshold } of answers) {
    const kept = list.labels.filter((_, at) => (scores[at] ?? 0) >= threshold);
    const first = kept.subarray(0, MRR_DEPTH).indexOf(1);
    counts.kept += kept.length;
    counts.hits += kept.reduce((sum, label) => sum + label, 0);
    counts.empty += kept.length === 0 ? 1 : 0;
    counts.judged += list.judged;
    counts.reciprocal += first < 0 ? 0 : 1 / (first + 1);
    yield;
  }
  return counts;
}

/** Queries with a relevant candidate are dealt out first, so that each part has some; a group goes where its first went. */
function dividedIn(lists: readonly JudgedList[], folds: number, seed: number): JudgedList[][] {
  const order = Array.from(shuffled(lists.length, seededRandom(seed)));
  const useful = order.filter((at) => lists[at]?.labels.includes(1) === true);
  if (useful.length < folds) {
    const problem = `${useful.length} queries have a relevant candidate, and there are ${folds} folds`;
    throw new InvalidInputError({ source: 'lists' }, problem, 'Give more judged queries, or fewer folds.');
  }
  const dealt = [...useful, ...order.filter((at) => lists[at]?.labels.includes(1) !== true)];
  const parts = Array.from({ length: folds }, (): JudgedList[] => []);
  const places = new Map<string | number, number>();
  for (const at of dealt) {
    const list = lists[at];
    if (!list) continue;
    const group = list.group ?? at;
    const place = places.get(group) ?? places.size;
    places.set(group, place);
    parts[place % folds]?.push(list);
  }
  return parts;
}

/** The curve with one point for each step of recall, the end included. */
function* curveSteps(pool: Pool): Generator<void, CutoffResult['curve']> {
  const points: { recall: number; precision: number }[] = [];
  let cuts = 0;
  for (const { recall, precision, dropped } of pooledCuts(pool)) {
    const isLast = dropped === 0;
    if (isLast || recall >= (points.at(-1)?.recall ?? -1) + 1 / CURVE_POINTS) points.push({ recall, precision });
    if (++cuts % CUTS_A_STEP === 0) yield;
  }
  return points;
}

function hasCandidates({ labels }: JudgedList): boolean {
  return labels.length > 0;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
