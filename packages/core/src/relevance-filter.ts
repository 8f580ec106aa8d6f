import type { CallOptions } from './call-options.js';
import type { Candidates } from './candidates.js';
import type { Ranking } from './ranking.js';
import type { Requirement } from './requirement.js';
import type { StageSpec } from './stage-spec.js';

/**
 * Decides how many results there are.
 *
 * Each answer is a subsequence of its input: nothing added, rescored or reordered. It may be empty.
 * Columns may be added (a probability, say).
 */
export interface RelevanceFilter {
  readonly name: string;
  /** What every ranking must carry; the compiler supplies it or refuses the pipeline. */
  readonly requires: readonly Requirement[];

  /**
   * One ranking for each of the candidates, in their order.
   *
   * @throws {MissingScoresError} a ranking lacks a required column
   * @throws the signal's `reason`, once it has fired
   */
  select(candidates: readonly Candidates[], options?: CallOptions): Promise<Ranking[]>;

  toSpec?(): StageSpec;
}
