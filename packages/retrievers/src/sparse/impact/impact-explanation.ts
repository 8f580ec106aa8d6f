import type { DocumentSpace, SparseVector } from '@sluice/core';
import type { ImpactIndex } from './impact-index.js';

/** What one term of a query adds to the score of a document. */
export interface ImpactTermExplanation {
  /** The term's number in the vocabulary. */
  readonly term: number;
  /** Its text, where the retriever knows it. */
  readonly text?: string;
  readonly queryWeight: number;
  /** The document's weight as the index keeps it: impact times scale; 0 where the document lacks the term. */
  readonly documentWeight: number;
  /** queryWeight · documentWeight, as the scorer multiplies. */
  readonly contribution: number;
}

/** How a document came to its score. */
export interface ImpactExplanation {
  readonly id: string;
  /** The score of `retrieve`: the sum of the contributions in the order of their terms, rounded to float32. */
  readonly score: number;
  /** Terms of the query in rising order, those that the document lacks too. */
  readonly terms: readonly ImpactTermExplanation[];
}

/**
 * Explains the score of one document. O(query terms · log blocks).
 *
 * @throws {RangeError} `ordinal` is not in the space
 */
export function explainImpact(
  { indices, values }: SparseVector,
  ordinal: number,
  sources: {
    readonly index: ImpactIndex;
    readonly space: DocumentSpace;
    readonly textOf?: ((term: number) => string) | undefined;
  },
): ImpactExplanation {
  const { index, space, textOf } = sources;
  const terms = Array.from(indices, (term, at): ImpactTermExplanation => {
    const impact = index.impactAt(term, ordinal);
    const queryWeight = values[at] ?? 0;
    return {
      term,
      ...(textOf && { text: textOf(term) }),
      queryWeight,
      documentWeight: impact * index.scale,
      contribution: queryWeight * index.scale * impact,
    };
  });
  const score = Math.fround(terms.reduce((sum, { contribution }) => sum + contribution, 0));
  return { id: space.idOf(ordinal), score, terms };
}
