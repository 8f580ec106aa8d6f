import type { Ranking } from './ranking.js';
import type { StageSpec } from './stage-spec.js';

/** One source's answer to a query. */
export interface SourceRanking {
  /** The retriever's name. */
  readonly source: string;
  readonly ranking: Ranking;
}

/**
 * Makes one ranking of several for the same query.
 *
 * A document found by several sources appears once and keeps each source's rank and score in `sources`. Equal fused
 * scores are ordered by id. Deterministic; the order of the sources matters only where weights are given by position.
 */
export interface Fusion {
  readonly name: string;

  /**
   * How deep each source must be asked for the first `topK` of the fused ranking to be right, or as right as the
   * method allows. At least `topK`.
   */
  depth(topK: number): number;

  /**
   * The first `topK` of the fused ranking.
   *
   * @throws {SpaceMismatchError} the rankings are of different spaces
   * @throws {InvalidOptionsError} weights were given for another number of sources
   */
  fuse(rankings: readonly SourceRanking[], topK: number): Ranking;

  toSpec?(): StageSpec;
}
