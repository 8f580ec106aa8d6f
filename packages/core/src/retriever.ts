import type { CallOptions } from './call-options.js';
import type { Filter } from './filter/filter.js';
import type { PlanNode } from './pipeline/plan-node.js';
import type { Query } from './query.js';
import type { Ranking } from './ranking.js';
import type { Scale } from './scale.js';
import type { StageSpec } from './stage-spec.js';

/** What a search takes besides its queries. */
export interface RetrieveOptions extends CallOptions {
  /** At most so many documents for each query; an integer, at least 1. */
  readonly topK: number;
  /** Only documents whose metadata pass. A filter from outside goes through `parseFilter` first. */
  readonly filter?: Filter;
}

/**
 * How lists of different depths belong together. `nested`: the list for a smaller `topK` begins the list for a larger
 * one. `separate`: not always, because `topK` steers the search (the effort of an approximate index, the depth of a
 * fusion).
 */
export type Cutoffs = 'nested' | 'separate';

/**
 * Finds documents: the source of a pipeline, or a pipeline itself.
 *
 * Answers are rankings in the order of the queries, each with at most `topK` documents, best first, equal scores by
 * id. Fewer is normal, none too. The same queries give the same answers, alone or in a batch.
 */
export interface Retriever {
  /** The name of its score column: `bm25`, `dense`. Unique among the sources of a pipeline. */
  readonly name: string;
  readonly scale: Scale;
  /**
   * Experiments search `nested` sources once, at the greatest depth, for all pipelines that share them.
   * @default 'nested'
   */
  readonly cutoffs?: Cutoffs;

  /**
   * @throws {InvalidOptionsError} `topK` is not a positive integer
   * @throws the signal's `reason`, once it has fired
   */
  retrieve(queries: readonly Query[], options: RetrieveOptions): Promise<Ranking[]>;

  /**
   * The scores that `retrieve` would give to the documents of each ranking, in their order, whether it would return
   * them or not. Lets the compiler complete columns after fusion. Absent where the source cannot.
   */
  score?(queries: readonly Query[], rankings: readonly Ranking[], options?: CallOptions): Promise<Float32Array[]>;

  /**
   * The queries' vectors, if the source encodes them (rows in query order); for stages that require `query.<name>`.
   */
  encodeQueries?(queries: readonly Query[], options?: CallOptions): Promise<readonly Float32Array[]>;

  /** Its part of a pipeline file. Absent where it cannot be written down. */
  toSpec?(): StageSpec;

  /** For retrievers made of others: how to run them. A retriever without it is asked as a whole. */
  toPlan?(): PlanNode;
}
