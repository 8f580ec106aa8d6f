import { unpaced } from '@sluice/core';
import { type Pool, poolSteps } from './pool.js';

/** Pairs between two yields. */
const STEP = 8192;

/** A cut of the pool: keep the pairs that score at least `threshold`. */
export interface Cut {
  readonly threshold: number;
  /** Share of the kept pairs that are relevant. */
  readonly precision: number;
  /** Share of the relevant pairs of the pool that are kept. */
  readonly recall: number;
  /** Share of all relevant documents that are kept: what retrieval missed counts as missed. */
  readonly recallOfJudged: number;
  /** Share of the pairs that are dropped, `Filter%` as a fraction. */
  readonly dropped: number;
}

/**
 * Area under the pooled precision-recall curve, 0 to 1, integrated in steps (average precision over all pairs).
 *
 * Pairs with equal scores enter together, so their order does not matter. 0 where no pair is relevant. It compares
 * scores across queries: a map that differs from query to query changes it, which is what a relevance filter is for.
 * Source: arXiv 2408.04887.
 */
export function pooledPrecisionRecallArea(pool: Pool): number {
  return unpaced(pooledAreaSteps(pool));
}

/** The same of pairs that are not pooled yet, in steps: sorts them. Drive it with core's `paced`. */
export function* pooledScoresAreaSteps(scores: ArrayLike<number>, labels: Uint8Array): Generator<void, number> {
  return yield* pooledAreaSteps(yield* poolSteps(scores, labels));
}

/** {@link pooledPrecisionRecallArea} in steps, for many pairs beside other work: drive it with core's `paced`. */
export function* pooledAreaSteps({ scores, labels, retrieved }: Pool): Generator<void, number> {
  if (retrieved === 0) return 0;
  // Not by `pooledCuts`: training asks for this after each pass, and an object for each pair takes twenty times as long.
  let [area, hits, recallBefore, due] = [0, 0, 0, STEP];
  for (let from = 0; from < scores.length; ) {
    const threshold = scores[from] ?? 0;
    do hits += labels[from++] ?? 0;
    while (from < scores.length && scores[from] === threshold);
    const recall = hits / retrieved;
    area += (recall - recallBefore) * (hits / from);
    recallBefore = recall;
    if (from < due) continue;
    due = from + STEP;
    yield;
  }
  return area;
}

/**
 * The highest cut that keeps at least `target` of the pool's relevant pairs: `P@R95` is its precision for .95.
 *
 * `undefined` where no pair is relevant.
 *
 * @param target 0 to 1
 */
export function cutAtRecall(pool: Pool, target: number): Cut | undefined {
  for (const cut of pooledCuts(pool)) if (cut.recall >= target) return cut;
  return undefined;
}

/** Cuts below each group of equal scores, from the top: the points of the precision-recall curve, by rising recall. */
export function* pooledCuts({ scores, labels, retrieved, judged }: Pool): Generator<Cut, void> {
  if (retrieved === 0) return;
  let hits = 0;
  for (let from = 0; from < scores.length; ) {
    const threshold = scores[from] ?? 0;
    do hits += labels[from++] ?? 0;
    while (from < scores.length && scores[from] === threshold);
    yield {
      threshold,
      precision: hits / from,
      recall: hits / retrieved,
      recallOfJudged: hits / judged,
      dropped: 1 - from / scores.length,
    };
  }
}
