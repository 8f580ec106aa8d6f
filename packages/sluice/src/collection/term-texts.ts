import type { SparseEmbedder } from '@sluice/core';
import type { SpladeEmbedder } from '@sluice/embedders';
import type { ImpactRetriever } from '@sluice/retrievers';

/** A sparse embedder that may know the texts of its terms. */
export type NamingEmbedder = SparseEmbedder & Partial<Pick<SpladeEmbedder, 'decode'>>;

/** The source with explanations that have the texts of terms, where the embedder knows them. */
export function withTermTexts(source: ImpactRetriever, { vocabularySize, decode }: NamingEmbedder): ImpactRetriever {
  if (!decode) return source;
  const explainAll: ImpactRetriever['explainAll'] = async (query, ordinals, call) => {
    const explanations = await source.explainAll(query, ordinals, call);
    const numbers = new Set(explanations.flatMap(({ terms }) => terms.map(({ term }) => term)));
    const indices = Uint32Array.from(numbers);
    // A row for each term: rows stay in their order.
    const rows = indices.length;
    const offsets = Uint32Array.from({ length: rows + 1 }, (_, at) => at);
    const values = new Float32Array(rows).fill(1);
    const decoded = await decode({ rows, columns: vocabularySize, offsets, indices, values });
    const texts = new Map(Array.from(indices, (term, at) => [term, decoded[at]?.[0]?.term]));
    return explanations.map((explanation) => ({
      ...explanation,
      terms: explanation.terms.map((own) => {
        const text = texts.get(own.term);
        return text ? { ...own, text } : own;
      }),
    }));
  };
  return {
    ...source,
    explainAll,
    async explain(query, ordinal, call) {
      const [explanation] = await explainAll(query, [ordinal], call);
      return explanation ?? source.explain(query, ordinal, call);
    },
  };
}
