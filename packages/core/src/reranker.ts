import type { CallOptions } from './call-options.js';
import type { Candidates } from './candidates.js';
import type { Ranking } from './ranking.js';
import type { Requirement } from './requirement.js';
import type { Scale } from './scale.js';
import type { StageSpec } from './stage-spec.js';

/** What a reranker takes besides its candidates. */
export interface RerankOptions extends CallOptions {
  /** At most so many documents for each query; all candidates when left out. */
  readonly topK?: number;
}

/**
 * Gives candidates new scores and so a new order; adds no document.
 *
 * Equal scores are ordered by id. The columns of earlier sources stay; its own is added under `name`.
 */
export interface Reranker {
  readonly name: string;
  /** As plans print it, where the name alone says too little: `stopEarly(cross-encoder, budgetMs: 150)`. */
  readonly step?: string;
  readonly scale: Scale;
  /** What every candidate list must carry; the compiler supplies it or refuses the pipeline. */
  readonly requires: readonly Requirement[];

  /**
   * One ranking for each of the candidate lists, in their order.
   *
   * @throws {MissingScoresError} a ranking lacks a required column
   * @throws the signal's `reason`, once it has fired
   */
  rerank(candidates: readonly Candidates[], options?: RerankOptions): Promise<Ranking[]>;

  toSpec?(): StageSpec;
}
