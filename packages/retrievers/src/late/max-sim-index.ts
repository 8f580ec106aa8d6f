import type { Bitmap, Matrix } from '@sluice/core';

/** What a search by MaxSim takes besides its query. */
export interface MaxSimSearch {
  /** So many documents are wanted; at least 1. */
  readonly topK: number;
  /** Only these. */
  readonly filter?: Bitmap | undefined;
  /** Share of the true best that an approximate index must find on average, above 0 to 1. */
  readonly recall?: number | undefined;
}

/** Documents with their scores, in no order. */
export interface MaxSimAnswer {
  readonly ordinals: Uint32Array;
  readonly scores: Float32Array;
}

/** What `late` searches: all documents one by one, or those that an index finds worth it. */
export interface MaxSimIndex {
  /** Of the model that made the vectors. */
  readonly fingerprint: string;
  readonly dimensions: number;
  /** Documents, those without vectors included. */
  readonly size: number;
  /** Ordinals are below it. */
  readonly span: number;
  has(ordinal: number): boolean;

  /**
   * The least score that any document could have: the lengths of the query's vectors, times the longest stored, added up
   * and negated. What a document without vectors has; 0 for a query without vectors.
   */
  leastScore(query: Matrix): number;

  /**
   * Candidates for the best `topK`, and perhaps more, each with its exact score; whoever asks makes the order. None for a
   * query without vectors.
   *
   * @throws {InvalidInputError} the query has another width, or a number that is not finite
   */
  searchInSteps(query: Matrix, search: MaxSimSearch): Generator<undefined, MaxSimAnswer>;

  /**
   * Exact scores of documents, in their order.
   *
   * @throws {InvalidInputError} a document is not here; or as {@link searchInSteps}
   */
  scoreInSteps(query: Matrix, ordinals: Uint32Array): Generator<undefined, Float32Array>;
}
