import type { SparseEmbedder } from '@sluice/core';
import type { SpladeEmbedder } from '@sluice/embedders';
import type { ImpactRetriever } from '@sluice/retrievers';

/** A sparse embedder that may know the texts of its terms. */
export type NamingEmbedder = SparseEmbedder & Partial<Pick<SpladeEmbedder, 'decode'>>;

/** One that knows them. */
type TermNamer = Pick<SpladeEmbedder, 'vocabularySize' | 'decode'>;

/**
 * The texts of terms, by their numbers; those that the embedder does not know are left out.
 *
 * @param terms numbers below the embedder's `vocabularySize`
 */
export async function termTexts(embedder: TermNamer, terms: readonly number[]): Promise<ReadonlyMap<number, string>> {
  // A row for each term: rows stay in their order.
  const rows = terms.length;
  const offsets = Uint32Array.from({ length: rows + 1 }, (_, at) => at);
  const values = new Float32Array(rows).fill(1);
  const indices = Uint32Array.from(terms);
  const decoded = await embedder.decode({ rows, columns: embedder.vocabularySize, offsets, indices, values });
  const texts = new Map<number, string>();
  for (const [at, term] of terms.entries()) {
    const text = decoded[at]?.[0]?.term;
    if (text) texts.set(term, text);
  }
  return texts;
}

/** The source with explanations that have the texts of terms, where the embedder knows them. */
export function withTermTexts(source: ImpactRetriever, embedder: NamingEmbedder): ImpactRetriever {
  if (!namesTerms(embedder)) return source;
  const explainAll: ImpactRetriever['explainAll'] = async (query, ordinals, call) => {
    const explanations = await source.explainAll(query, ordinals, call);
    const numbers = new Set(explanations.flatMap(({ terms }) => terms.map(({ term }) => term)));
    const texts = await termTexts(embedder, [...numbers]);
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

function namesTerms(embedder: NamingEmbedder): embedder is NamingEmbedder & TermNamer {
  return embedder.decode !== undefined;
}
