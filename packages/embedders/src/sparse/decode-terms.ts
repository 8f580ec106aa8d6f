import { type SparseMatrix, sparseRowOf } from '@sluice/core';
import type { Vocabulary } from '@sluice/inference';

/** A term of a text, and what it weighs there. */
export interface WeighedTerm {
  /** As the vocabulary spells it: `tide`, `##s`. */
  readonly term: string;
  readonly weight: number;
}

/** The heaviest terms of each row, heaviest first; of equal ones, those with lower numbers first. */
export function decodeTerms(encoded: SparseMatrix, vocabulary: Vocabulary, topK: number): WeighedTerm[][] {
  return Array.from({ length: encoded.rows }, (_, row) => {
    const { indices, values } = sparseRowOf(encoded, row);
    const order = [...indices.keys()].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
    return order.slice(0, topK).map((at) => ({
      term: vocabulary.tokens[indices[at] ?? 0] ?? '',
      weight: values[at] ?? 0,
    }));
  });
}
