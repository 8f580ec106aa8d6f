import type { CallOptions, Document, Query } from '@sluice/core';
import type { Qrels } from '../qrels.js';

/** A query that judgements can refer to. */
export type IdentifiedQuery = Query & { readonly id: string };

/** Documents, queries and judgements of one test collection; each is read when it is asked for. */
export interface TestCollection {
  readonly name: string;
  /** Sets of judgements: `test`, `train`, `dev`. */
  readonly splits: readonly string[];
  /** All documents, in the order of the file. */
  documents(options?: CallOptions): AsyncIterable<Document>;
  /**
   * The queries that the split judges, in the order of the file; all queries when no split is given.
   *
   * @throws {InvalidInputError} there is no such split, or a judged query has no text
   */
  queries(split?: string, options?: CallOptions): Promise<IdentifiedQuery[]>;
  /** @throws {InvalidInputError} there is no such split, or a line is malformed */
  qrels(split: string, options?: CallOptions): Promise<Qrels>;
}
