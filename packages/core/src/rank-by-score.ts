import type { DocumentSpace } from './document-space.js';
import { fallingOrder } from './falling-order.js';
import { gatherFloats, gatherIntegers } from './gather.js';
import { pickColumns, Ranking, type RankingParts } from './ranking.js';

/**
 * Makes an order: candidates by falling score, equal scores by document id (UTF-8 bytes, ascending).
 *
 * The one place where a stage that scores turns scores into a ranking. O(n); equal scores cost a comparison of ids each time they meet.
 *
 * @param candidates in any order; scores must not be NaN
 * @param topK how many stay; all when left out
 */
export function rankByScore(candidates: RankingParts, topK: number = candidates.ordinals.length): Ranking {
  const { space, ordinals, scores, scale, sources } = candidates;
  const order = fallingOrder(scores);
  const kept = order.subarray(0, Math.min(topK, order.length));
  orderTies(order, kept.length, candidates);
  return new Ranking({
    space,
    ordinals: gatherIntegers(ordinals, kept),
    scores: gatherFloats(scores, kept),
    scale,
    ...(sources ? { sources: pickColumns(sources, kept) } : {}),
  });
}

/** Puts runs of equal scores that begin within the first `topK` into the order of their ids. */
function orderTies(order: Uint32Array, topK: number, { space, ordinals, scores }: RankingParts): void {
  for (let from = 0; from < topK; ) {
    const score = scores[order[from] ?? 0];
    let to = from + 1;
    while (to < order.length && scores[order[to] ?? 0] === score) to++;
    if (to - from > 1) sortById(order.subarray(from, to), ordinals, space);
    from = to;
  }
}

function sortById(run: Uint32Array, ordinals: Uint32Array, space: DocumentSpace): void {
  run.sort((left, right) => space.compare(ordinals[left] ?? 0, ordinals[right] ?? 0));
}
