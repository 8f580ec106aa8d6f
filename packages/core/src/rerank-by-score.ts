import { rankByScore } from './rank-by-score.js';
import type { Ranking } from './ranking.js';
import type { Scale } from './scale.js';

/** What a reranker calls its scores, and how many results stay. */
export interface RerankByScoreOptions {
  /** Of the column that it adds. */
  readonly name: string;
  readonly scale: Scale;
  /** All when left out. */
  readonly topK?: number | undefined;
}

/**
 * What a reranker owes for new scores: their order, equal ones by id, the columns of earlier sources, and its own.
 *
 * @param scores one for each candidate, in their order; not NaN
 */
export function rerankByScore(
  { space, ordinals, sources }: Pick<Ranking, 'space' | 'ordinals' | 'sources'>,
  scores: Float32Array,
  { name, scale, topK }: RerankByScoreOptions,
): Ranking {
  const ordered = rankByScore({ space, ordinals, scores, scale, sources }, topK);
  return ordered.withSource(name, ordered.asColumn());
}
