import type { Ranking } from '@sluice/core';

/**
 * How a source's scores are made comparable with the others', within one query.
 *
 * - `z-score`: standard deviations (of the list) from the list's mean. A document that the source did not return gets
 *   the list's least. Of a list of equal scores, those in it get 0 and the others -1.
 * - `min-max`: the list's least is 0, its greatest 1. Equal scores are all 1; a document not returned gets 0.
 * - `theoretical`: the scale's least possible score is 0, its greatest 1; the list's own where the scale is open. Not
 *   returned: 0.
 * - `theoretical-minimum`: the scale's least possible score is 0, the list's greatest 1. Not returned: 0.
 *   Source: arXiv 2210.11934.
 * - `three-sigma`: the mean less three standard deviations (of a sample) is 0, the mean and three is 1; equal scores
 *   are .5. Not clipped. Not returned: 0, or the list's least where that is below.
 * - `none`: as they are. Not returned: 0, or the list's least where that is below.
 */
export type Normalization = 'z-score' | 'min-max' | 'theoretical' | 'theoretical-minimum' | 'three-sigma' | 'none';

/** One source's scores, made comparable. Never falls where the source's own scores rise. */
export interface Normalized {
  /** In the order of the source's list. */
  readonly scores: Float64Array;
  /** For documents that the source did not return: at most the least of `scores`. */
  readonly missing: number;
}

/** Normalises one list. An empty one has no scores, and 0 for what is missing. */
export function normalize(normalization: Normalization, ranking: Ranking): Normalized {
  if (ranking.length === 0) return { scores: new Float64Array(0), missing: 0 };
  return methods[normalization](ranking);
}

const methods: { readonly [Name in Normalization]: (ranking: Ranking) => Normalized } = {
  'z-score': zScores,
  'min-max': ({ scores }) => between(scores, leastOf(scores), greatestOf(scores)),
  theoretical: ({ scores, scale }) =>
    between(scores, finiteOr(scale.minimum, leastOf(scores)), finiteOr(scale.maximum, greatestOf(scores))),
  'theoretical-minimum': ({ scores, scale }) =>
    between(scores, finiteOr(scale.minimum, leastOf(scores)), greatestOf(scores)),
  'three-sigma': threeSigma,
  none: ({ scores }) => ({ scores: new Float64Array(scores), missing: Math.min(0, leastOf(scores)) }),
};

function zScores({ scores }: Ranking): Normalized {
  const { mean, deviation } = momentsOf(scores, scores.length);
  if (deviation === 0) return { scores: new Float64Array(scores.length), missing: -1 };
  const normalized = shifted(scores, mean, deviation);
  return { scores: normalized, missing: normalized.at(-1) ?? 0 };
}

function threeSigma({ scores }: Ranking): Normalized {
  const { mean, deviation } = momentsOf(scores, Math.max(1, scores.length - 1));
  if (deviation === 0) return { scores: new Float64Array(scores.length).fill(0.5), missing: 0 };
  const normalized = shifted(scores, mean - 3 * deviation, 6 * deviation);
  return { scores: normalized, missing: Math.min(0, normalized.at(-1) ?? 0) };
}

/** `low` becomes 0 and `high` 1; all become 1 where the two are one. */
function between(scores: Float32Array, low: number, high: number): Normalized {
  const range = high - low;
  return { scores: range > 0 ? shifted(scores, low, range) : new Float64Array(scores.length).fill(1), missing: 0 };
}

/** How far each score is above `origin`, in units. */
function shifted(scores: Float32Array, origin: number, unit: number): Float64Array {
  const moved = new Float64Array(scores);
  for (let at = 0; at < moved.length; at++) moved[at] = ((moved[at] ?? 0) - origin) / unit;
  return moved;
}

/** Mean, and the root of the squared distances' sum over `count`; exactly 0 for equal scores. */
function momentsOf(scores: Float32Array, count: number): { readonly mean: number; readonly deviation: number } {
  if (leastOf(scores) === greatestOf(scores)) return { mean: leastOf(scores), deviation: 0 };
  let sum = 0;
  for (let at = 0; at < scores.length; at++) sum += scores[at] ?? 0;
  const mean = sum / scores.length;
  let squares = 0;
  for (let at = 0; at < scores.length; at++) squares += ((scores[at] ?? 0) - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / count) };
}

/** Rankings never rise, so the ends are the bounds. */
function leastOf(scores: Float32Array): number {
  return scores.at(-1) ?? 0;
}

function greatestOf(scores: Float32Array): number {
  return scores.at(0) ?? 0;
}

function finiteOr(bound: number, own: number): number {
  return Number.isFinite(bound) ? bound : own;
}
