import type { SparseEmbedder } from '@sluice/core';
import type { SpladeEmbedder } from '@sluice/embedders';
import type { ImpactRetriever } from '@sluice/retrievers';

/** A sparse embedder that may know the texts of its terms. */
export type NamingEmbedder = SparseEmbedder & Partial<Pick<SpladeEmbedder, 'decode'>>;

/** The source with explanations that have the texts of terms, where the embedder knows them. */
export function withTermTexts(source: ImpactRetriever, { vocabularySize, decode }: NamingEmbedder): ImpactRetriever {
  if (!decode) return source;
  return {
    ...source,
    async explain(query, ordinal, call) {
      const explanation = await source.explain(query, ordinal, call);
      const indices = Uint32Array.from(explanation.terms, ({ term }) => term);
      // A row for each term: rows stay in their order.
      const rows = indices.length;
      const offsets = Uint32Array.from({ length: rows + 1 }, (_, at) => at);
      const values = new Float32Array(rows).fill(1);
      const texts = await decode({ rows, columns: vocabularySize, offsets, indices, values });
      const terms = explanation.terms.map((own, at) => {
        const text = texts[at]?.[0]?.term;
        return text ? { ...own, text } : own;
      });
      return { ...explanation, terms };
    },
  };
}
