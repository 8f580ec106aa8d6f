/**
 * What BM25 knows of a collection besides the postings.
 *
 * Separate from the index, because a collection of several indexes is scored with the sums over all of them.
 */
export interface Bm25Statistics {
  /** Documents that have at least one term. */
  readonly documents: number;
  /** Terms of all documents, repetitions included. */
  readonly tokens: number;
  /** Documents that have the term; 0 for an unknown one. */
  documentFrequency(term: string): number;
}

/** The statistics of several indexes taken as one collection. */
export function sumStatistics(parts: readonly Bm25Statistics[]): Bm25Statistics {
  const sum = (of: (part: Bm25Statistics) => number): number => parts.reduce((total, part) => total + of(part), 0);
  return {
    documents: sum(({ documents }) => documents),
    tokens: sum(({ tokens }) => tokens),
    documentFrequency: (term) => sum((part) => part.documentFrequency(term)),
  };
}
