import { InvalidInputError, paced, parseOptions } from '@sluice/core';
import { z } from 'zod';
import { fitLogisticSteps } from '../calibration/logistic-fit.js';
import { scalesOf, standardise } from '../network/standard-scales.js';
import { judgedFeatures, type LabelledList, sourcesOf } from './judged-features.js';
import type { ListAdapterModel } from './list-adapter-model.js';
import { directionOf, type ListFeature, listFeatures } from './list-features.js';

/** Options of {@link fitListAdapter}. */
export interface FitListAdapterOptions {
  /**
   * Ridge penalty on standardised weights, in units of one pair.
   * @default 1
   */
  readonly ridge?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const schema = z.strictObject({ ridge: z.number().nonnegative().default(1) });

/** Numbers between two yields. */
const STEP = 65_536;
/** Rows, likewise. */
const ROWS = 8192;

/**
 * Learns from judged lists how likely a candidate is relevant, given its scores and how they stand in their list.
 *
 * Features that a rising dense score raises may not get a falling weight, and the other way round, so that within a
 * query the logit never falls as the dense score rises (lexical scores equal). Such weights are held at 0 and the rest
 * fitted again.
 *
 * A few hundred judged queries of one's own make it fit a collection. After arXiv 2408.04887, with the list
 * in place of the query's vector.
 *
 * @param lists of one depth, all with or all without a lexical source
 * @throws {InvalidInputError} the lists do not agree in form or have a score that is not finite (`row` names the list), or
 *   there is only one kind of label
 * @throws the signal's `reason`, once it has fired
 */
export async function fitListAdapter(
  lists: readonly LabelledList[],
  { signal, ...options }: FitListAdapterOptions = {},
): Promise<ListAdapterModel> {
  const { ridge } = parseOptions(schema, options, 'fitListAdapter');
  const sources = await paced(sourcesOf(lists), signal);
  const weights = listFeatures(sources).map(() => 0);
  return paced(fitFrom({ sources, weights, intercept: 0, depth: 1 }, lists, ridge), signal);
}

/** Options of {@link refineListAdapter}. */
export interface RefineListAdapterOptions {
  /**
   * What it costs to leave the given weights, on standardised features and in units of one pair: 0 fits anew, more keeps
   * more of what was given.
   * @default 100
   */
  readonly ridge?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const refineSchema = z.strictObject({ ridge: z.number().nonnegative().default(100) });

/**
 * Fits a model to a collection of one's own from where it stands: for a few dozen to a few hundred judged queries, which
 * alone would teach less than the lists that the model has seen.
 *
 * The weights are those that explain the labels best, at a price for each step away from the given ones; the intercept is
 * free, because the share of relevant candidates is the collection's own. The order within a query is kept as by
 * `fitListAdapter`. The model's threshold is left out: choose one anew.
 *
 * @param lists all with a lexical source where the model reads one; it is passed over where the model does not
 * @throws {InvalidInputError} as `fitListAdapter`, or the model reads lexical scores and the lists have none
 * @throws the signal's `reason`, once it has fired
 */
export async function refineListAdapter(
  model: ListAdapterModel,
  lists: readonly LabelledList[],
  { signal, ...options }: RefineListAdapterOptions = {},
): Promise<ListAdapterModel> {
  const { ridge } = parseOptions(refineSchema, options, 'refineListAdapter');
  const read = model.sources === 'lexical' ? lists : lists.map(({ dense, labels }) => ({ dense, labels }));
  if ((await paced(sourcesOf(read), signal)) !== model.sources) {
    const advice = 'Give them, or refine a model of dense scores alone.';
    throw new InvalidInputError({ source: 'lists' }, 'the model reads lexical scores, and there are none', advice);
  }
  return paced(fitFrom(model, read, ridge), signal);
}

/** The model that explains the lists best, with weights that are kept near the given ones. */
function* fitFrom(
  { sources, weights: given, intercept }: ListAdapterModel,
  lists: readonly LabelledList[],
  ridge: number,
): Generator<void, ListAdapterModel> {
  const names = listFeatures(sources);
  const { features, labels } = yield* judgedFeatures(lists, sources);
  const scales = yield* scalesOf(features, names.length);
  yield* standardise(features, scales);
  const start = Float64Array.from(given, (weight, at) => weight * (scales.deviations[at] ?? 1));
  const base = given.reduce((sum, weight, at) => sum + weight * (scales.means[at] ?? 0), intercept);
  const fitted = yield* fitSigned({ features, labels, names, ridge, start, base });
  const weights = names.map((_, at) => (fitted[at] ?? 0) / (scales.deviations[at] ?? 1));
  const shift = weights.reduce((sum, weight, at) => sum + weight * (scales.means[at] ?? 0), 0);
  const depth = lists.reduce((deepest, list) => Math.max(deepest, list.labels.length), 1);
  return { sources, weights, intercept: (fitted[names.length] ?? 0) - shift, depth };
}

interface SignedProblem {
  /** Standardised, row-major. */
  readonly features: Float64Array;
  readonly labels: Uint8Array;
  readonly names: readonly ListFeature[];
  readonly ridge: number;
  /** Weights near which the fitted ones are kept, and the intercept that belongs to them. */
  readonly start: Float64Array;
  readonly base: number;
}

/** Weights of all features and, last, the intercept. Each round drops the features whose sign is wrong. */
function* fitSigned(problem: SignedProblem): Generator<void, Float64Array> {
  const { features, labels, names, ridge, start, base } = problem;
  const targets = new Float64Array(labels);
  let active = names.map((_, at) => at);
  for (;;) {
    const width = active.length + 1;
    const columns = yield* pickColumns(features, names.length, active);
    const kept = Float64Array.from([...active.map((at) => start[at] ?? 0), base]);
    const offsets = yield* dotRows(columns, kept);
    const steps = yield* fitLogisticSteps(
      { features: columns, targets, width, ridge, offsets },
      new Float64Array(width),
    );
    const fitted = steps.map((step, at) => step + (kept[at] ?? 0));
    const wrong = active.filter((at, position) => hasWrongSign(names[at], fitted[position] ?? 0));
    if (wrong.length === 0) {
      const weights = new Float64Array(names.length + 1);
      for (const [position, at] of active.entries()) weights[at] = fitted[position] ?? 0;
      weights[names.length] = fitted[active.length] ?? 0;
      return weights;
    }
    active = active.filter((at) => !wrong.includes(at));
  }
}

function* dotRows(rows: Float64Array, weights: Float64Array): Generator<void, Float64Array> {
  const width = weights.length;
  const products = new Float64Array(rows.length / width);
  for (let at = 0; at < rows.length; at++) {
    const row = Math.floor(at / width);
    products[row] = (products[row] ?? 0) + (rows[at] ?? 0) * (weights[at % width] ?? 0);
    if (at % STEP === STEP - 1) yield;
  }
  return products;
}

function hasWrongSign(name: ListFeature | undefined, weight: number): boolean {
  const direction = name === undefined ? 'either' : directionOf(name);
  return (direction === 'up' && weight < 0) || (direction === 'down' && weight > 0);
}

/** The active columns and a last one of ones. */
function* pickColumns(features: Float64Array, width: number, active: readonly number[]): Generator<void, Float64Array> {
  const rows = features.length / width;
  const picked = new Float64Array(rows * (active.length + 1));
  for (let row = 0; row < rows; row++) {
    const to = row * (active.length + 1);
    for (const [position, at] of active.entries()) picked[to + position] = features[row * width + at] ?? 0;
    picked[to + active.length] = 1;
    if (row % ROWS === ROWS - 1) yield;
  }
  return picked;
}
