import { pickColumns, Ranking, type RankingParts } from './ranking.js';

/**
 * Makes an order: candidates by falling score, equal scores by document id (UTF-8 bytes, ascending).
 *
 * The one place where a stage that scores turns scores into a ranking. O(n log n).
 *
 * @param candidates in any order; scores must not be NaN
 * @param topK how many stay; all when left out
 */
export function rankByScore(candidates: RankingParts, topK: number = candidates.ordinals.length): Ranking {
  const { space, ordinals, scores, scale, sources } = candidates;
  const positions = Uint32Array.from(ordinals, (_, at) => at).sort((left, right) => {
    const difference = (scores[right] ?? 0) - (scores[left] ?? 0);
    return difference !== 0 ? difference : space.compare(ordinals[left] ?? 0, ordinals[right] ?? 0);
  });
  const kept = positions.subarray(0, Math.min(topK, positions.length));
  return new Ranking({
    space,
    ordinals: kept.map((at) => ordinals[at] ?? 0),
    scores: Float32Array.from(kept, (at) => scores[at] ?? 0),
    scale,
    ...(sources ? { sources: pickColumns(sources, kept) } : {}),
  });
}
