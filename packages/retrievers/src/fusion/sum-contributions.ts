import { compareUtf8, fusionScale, type Ranking, rankByScore, type SourceRanking } from '@sluice/core';
import type { Normalized } from './normalization.js';
import { columnIn, type Union, unionOf } from './union.js';

/** How sums become fused scores. */
export interface SumOptions {
  /** What each source says of its documents, by its position among the sources. */
  readonly contribution: (ranking: Ranking, source: number) => Normalized;
  readonly weights: Float64Array;
  /** Of each document's sum and the number of sources that returned it; the sum itself when left out. */
  readonly finish?: (sum: number, found: number) => number;
  readonly topK: number;
}

/**
 * The skeleton of every fusion here: each source says how much it gives to each document, and the weighted sums are the
 * fused scores, in double precision, rounded to float32 before the order is made.
 *
 * Sources are added in the order of their names, so that theirs in the call does not show in the last bit.
 */
export function sumContributions(sources: readonly SourceRanking[], options: SumOptions): Ranking {
  const union = unionOf(sources);
  const sums = new Float64Array(union.ordinals.length);
  const found = new Uint32Array(union.ordinals.length);
  for (const at of byName(sources)) addSource(union, sources, at, options, { sums, found });
  const { finish } = options;
  if (finish)
    for (let place = 0; place < sums.length; place++) sums[place] = finish(sums[place] ?? 0, found[place] ?? 0);
  const columns = sources.map((each, at) => [each.source, columnIn(union, each, union.places[at] ?? nowhere)] as const);
  const { space, ordinals } = union;
  return rankByScore(
    { space, ordinals, scores: new Float32Array(sums), scale: fusionScale, sources: Object.fromEntries(columns) },
    options.topK,
  );
}

const nowhere = new Uint32Array(0);

function addSource(
  { places }: Union,
  sources: readonly SourceRanking[],
  at: number,
  { contribution, weights }: SumOptions,
  { sums, found }: { readonly sums: Float64Array; readonly found: Uint32Array },
): void {
  const ranking = sources[at]?.ranking;
  if (!ranking) return;
  const weight = weights[at] ?? 0;
  const { scores, missing } = contribution(ranking, at);
  // Everyone gets what a missing document gets; those in the list get theirs instead, computed once, not as a difference.
  const given = new Float64Array(sums.length).fill(weight * missing);
  const own = places[at] ?? nowhere;
  for (let position = 0; position < own.length; position++) {
    const place = own[position] ?? 0;
    given[place] = weight * (scores[position] ?? 0);
    found[place] = (found[place] ?? 0) + 1;
  }
  for (let place = 0; place < sums.length; place++) sums[place] = (sums[place] ?? 0) + (given[place] ?? 0);
}

function byName(sources: readonly SourceRanking[]): number[] {
  const name = (at: number): string => sources[at]?.source ?? '';
  return sources.map((_, at) => at).sort((left, right) => compareUtf8(name(left), name(right)));
}
