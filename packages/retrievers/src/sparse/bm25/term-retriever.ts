import type { CallOptions, DocumentSpace, Ranking, RetrieveOptions, Retriever } from '@sluice/core';
import type { Analyzer } from '../analysis/analyzer.js';
import type { Bm25Explanation } from './bm25-explanation.js';
import type { Bm25Statistics } from './bm25-statistics.js';
import type { TermWeights } from './term-weights.js';

/**
 * A {@link Retriever} that also takes queries as weighed terms: what query expansion searches with.
 *
 * A query of terms with whole weights gives what the text with that many repetitions would give. Weights count as
 * float32.
 */
export interface TermRetriever extends Retriever {
  /** Whose ordinals it answers with. */
  readonly space: DocumentSpace;
  /** What its terms were made by. */
  readonly analyzer: Analyzer;
  /** Of the whole collection. */
  readonly statistics: Bm25Statistics;

  /**
   * As `retrieve`.
   *
   * @throws {InvalidInputError} a weight is negative or above 2^100
   */
  retrieveTerms(queries: readonly TermWeights[], options: RetrieveOptions): Promise<Ranking[]>;

  /**
   * As `score`.
   *
   * @throws {InvalidInputError} a weight is negative or above 2^100
   */
  scoreTerms(
    queries: readonly TermWeights[],
    rankings: readonly Ranking[],
    options?: CallOptions,
  ): Promise<Float32Array[]>;

  /** @throws {RangeError} `ordinal` is not in the space */
  explainTerms(query: TermWeights, ordinal: number): Bm25Explanation;
}
