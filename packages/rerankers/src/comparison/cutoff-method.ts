import type { CallOptions } from '@sluice/core';
import type { LabelledList } from '../list-adapter/judged-features.js';

/** One judged query: its candidates with their scores, what is relevant among them, and its vector where there is one. */
export interface JudgedList extends LabelledList {
  /** Relevant documents of the query, retrieved or not. */
  readonly judged: number;
  /**
   * Scores of the pipeline that found the candidates, in rank order, where another than the dense source did; finite. The
   * other columns are in that order too.
   */
  readonly own?: Float32Array | undefined;
  /** Of unit length; equally long for all lists. */
  readonly queryVector?: Float32Array | undefined;
  /** Queries of one group (questions about one passage, say) are never in two parts of a comparison. */
  readonly group?: string | undefined;
}

/**
 * One number a candidate by which it stays or goes: larger stays, and one threshold serves all queries. What takes more
 * than a few milliseconds is a promise, and ends with the signal.
 */
export type KeepScores = (
  list: JudgedList,
  options: Pick<CallOptions, 'signal'>,
) => Float32Array | Promise<Float32Array>;

/** A way to decide how many results there are, brought to one number a candidate so that ways can be compared. */
export interface CutoffMethod {
  readonly name: string;
  /** Learns from judged lists, if it learns at all. They have relevant and other candidates. */
  fit(lists: readonly JudgedList[], options: Pick<CallOptions, 'signal'>): KeepScores | Promise<KeepScores>;
}
