import { InvalidInputError, parseOptions } from '@sluice/core';
import { z } from 'zod';
import { countRelevant } from '../calibration/labelled-scores.js';
import { fitLogistic } from '../calibration/logistic-fit.js';
import type { ListAdapterModel } from './list-adapter-model.js';
import {
  type CandidateScores,
  directionOf,
  type ListFeature,
  listFeatures,
  writeListFeatures,
} from './list-features.js';

/** One query's candidates and which of them are relevant. */
export interface LabelledList extends CandidateScores {
  /** 1 relevant, 0 not; one a candidate. */
  readonly labels: Uint8Array;
}

/** Options of {@link fitListAdapter}. */
export interface FitListAdapterOptions {
  /**
   * Ridge penalty on standardised weights, in units of one pair.
   * @default 1
   */
  readonly ridge?: number | undefined;
}

const schema = z.strictObject({ ridge: z.number().nonnegative().default(1) });

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
 */
export function fitListAdapter(lists: readonly LabelledList[], options: FitListAdapterOptions = {}): ListAdapterModel {
  const { ridge } = parseOptions(schema, options, 'fitListAdapter');
  const sources = sourcesOf(lists);
  const names = listFeatures(sources);
  const labels = Uint8Array.from(lists.flatMap((list) => [...list.labels]));
  expectBothLabels(labels);
  const features = new Float64Array(labels.length * names.length);
  let row = 0;
  for (const list of lists) {
    writeListFeatures(list, features, row);
    row += list.labels.length;
  }
  const scales = standardise(features, names.length);
  const fitted = fitSigned({ features, labels, names, ridge });
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
}

/** Weights of all features and, last, the intercept. Each round drops the features whose sign is wrong. */
function fitSigned({ features, labels, names, ridge }: SignedProblem): Float64Array {
  const targets = Float64Array.from(labels);
  let active = names.map((_, at) => at);
  for (;;) {
    const width = active.length + 1;
    const columns = pickColumns(features, names.length, active);
    const fitted = fitLogistic({ features: columns, targets, width, ridge }, new Float64Array(width));
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

function hasWrongSign(name: ListFeature | undefined, weight: number): boolean {
  const direction = name === undefined ? 'either' : directionOf(name);
  return (direction === 'up' && weight < 0) || (direction === 'down' && weight > 0);
}

/** The active columns and a last one of ones. */
function pickColumns(features: Float64Array, width: number, active: readonly number[]): Float64Array {
  const rows = features.length / width;
  const picked = new Float64Array(rows * (active.length + 1));
  for (let row = 0; row < rows; row++) {
    const to = row * (active.length + 1);
    for (const [position, at] of active.entries()) picked[to + position] = features[row * width + at] ?? 0;
    picked[to + active.length] = 1;
  }
  return picked;
}

/** Brings each column to mean 0 and deviation 1 in place; a constant column to 0. */
function standardise(features: Float64Array, width: number): { means: Float64Array; deviations: Float64Array } {
  const rows = features.length / width;
  const means = new Float64Array(width);
  const deviations = new Float64Array(width);
  for (let column = 0; column < width; column++) {
    let mean = 0;
    for (let row = 0; row < rows; row++) mean += (features[row * width + column] ?? 0) / rows;
    let variance = 0;
    for (let row = 0; row < rows; row++) variance += ((features[row * width + column] ?? 0) - mean) ** 2 / rows;
    const deviation = variance > 1e-18 ? Math.sqrt(variance) : 1;
    means[column] = mean;
    deviations[column] = deviation;
    for (let row = 0; row < rows; row++) {
      features[row * width + column] = ((features[row * width + column] ?? 0) - mean) / deviation;
    }
  }
  return { means, deviations };
}

function sourcesOf(lists: readonly LabelledList[]): 'lexical' | 'dense-only' {
  const lexical = lists[0]?.lexical !== undefined;
  for (const [row, list] of lists.entries()) {
    const { dense, labels } = list;
    const fits = dense.length === labels.length && (list.lexical?.length ?? labels.length) === labels.length;
    const unscored = [...dense, ...(list.lexical ?? [])].some((score) => !Number.isFinite(score));
    if (unscored) throw new InvalidInputError({ source: 'lists', row }, 'a score is not finite', 'Drop the candidate.');
    if (fits && (list.lexical !== undefined) === lexical) continue;
    const problem = fits ? 'it has other sources than the first list' : 'its scores and labels differ in number';
    throw new InvalidInputError({ source: 'lists', row }, problem, 'Score every candidate in every source.');
  }
  return lexical ? 'lexical' : 'dense-only';
}

function expectBothLabels(labels: Uint8Array): void {
  const relevant = countRelevant(labels);
  if (relevant > 0 && relevant < labels.length) return;
  const problem = `${relevant} of ${labels.length} candidates are relevant`;
  throw new InvalidInputError({ source: 'lists' }, problem, 'Give lists with relevant and other candidates.');
}
