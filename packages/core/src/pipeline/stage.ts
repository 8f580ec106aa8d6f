import type { CallOptions } from '../call-options.js';
import type { Candidates } from '../candidates.js';
import type { Ranking } from '../ranking.js';
import type { RelevanceFilter } from '../relevance-filter.js';
import type { Requirement } from '../requirement.js';
import type { Scale } from '../scale.js';
import type { StageSpec } from '../stage-spec.js';

/** What a stage takes besides its candidates. */
export interface StageOptions extends CallOptions {
  /** At most so many documents for each query; an integer, at least 1. */
  readonly topK: number;
}

/** A score column that a stage adds to every candidate. */
export interface AddedColumn {
  readonly name: string;
  readonly scale: Scale;
}

/**
 * A part of a pipeline after its source: takes candidates and gives rankings of them; adds no document.
 *
 * `rerank`, `relevance`, `take` and calibrators are stages, and a package may bring its own.
 *
 * Laws, for one query and its candidates in order:
 * - given the first `depth(k)` candidates, `apply` answers the first `k` documents of what it would answer for any
 *   larger `topK` and the first `depth(topK)` candidates. Cut-offs may therefore move towards the source;
 * - the answer to a query depends on its own candidates alone, never on the batch around it.
 */
export interface Stage {
  /** For traces and messages, and the name of its column if it adds one: `take`, `minilm-cross-encoder`. */
  readonly name: string;
  /** As plans print it: `take(10)`. */
  readonly step: string;
  /** What every candidate must carry; the compiler supplies it or refuses the pipeline. */
  readonly requires: readonly Requirement[];
  /** Columns that each answer carries for every candidate, besides those that came in. */
  readonly adds?: readonly AddedColumn[];
  /** What the answers' scores mean, where the stage gives new ones. Absent where scores stay. */
  readonly scale?: Scale;
  /**
   * What makes two stages the same: an experiment runs stages with equal parts (by `Object.is`) over equal
   * candidates once. The stage object itself when left out.
   */
  readonly identity?: readonly unknown[];

  /** How many candidates it must be given for the first `topK` of its answer: at least 1, never falling with `topK`. */
  depth(topK: number): number;

  /**
   * One ranking for each of the candidates, in their order, each with at most `topK` documents.
   *
   * @throws {MissingScoresError} a ranking lacks a required column
   * @throws the signal's `reason`, once it has fired
   */
  apply(candidates: readonly Candidates[], options: StageOptions): Promise<Ranking[]>;

  /** Its part of a pipeline file. Absent where it cannot be written down. */
  toSpec?(): StageSpec;
}

/** What `pipeline()` takes after its source. A bare filter is taken as `relevance(filter)`. */
export type PipelinePart = Stage | RelevanceFilter;
