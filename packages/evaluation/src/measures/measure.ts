import type { JudgedRanking } from '../judged-ranking.js';
import type { Aggregate } from './aggregate.js';

/**
 * One number for each query, larger is better.
 *
 * A measure is a value without state: write an object of this type to add your own, or {@link measureFamily} to make it
 * known by name with parameters.
 *
 * @example
 * const firstIsRelevant: Measure = { name: 'First', aggregate: mean, of: (query) => query.relevantWithin(1, 1) };
 */
export interface Measure {
  /** As ir_measures writes it, with parameters that are not the default: `nDCG@10`, `AP(rel=2)@1000`. */
  readonly name: string;
  /** How the values of the queries become one. */
  readonly aggregate: Aggregate;
  /** Digits that are meaningful: `count` for whole numbers. */
  readonly kind: 'count' | 'real';
  /** The value for one query; finite. 0 where the measure is not defined, such as recall of no relevant document. */
  of(query: JudgedRanking): number;
}
