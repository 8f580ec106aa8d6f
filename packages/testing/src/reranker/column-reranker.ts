import {
  cosineScale,
  MissingScoresError,
  type Ranking,
  type Requirement,
  type Reranker,
  rankByScore,
} from '@sluice/core';

/**
 * A reranker by the scores of one column, for tests: the simplest right one.
 *
 * @param source the column; its scale must be cosine
 */
export function columnReranker(source: string = 'dense', name: string = 'by-column'): Reranker {
  const requires: readonly Requirement[] = [`${source}.cosine`, `query.${source}`];
  const rerank = (ranking: Ranking, topK: number | undefined): Ranking => {
    const column = ranking.sources[source];
    if (!column) throw new MissingScoresError({ stage: name, requirement: `${source}.cosine` });
    const { space, ordinals, sources } = ranking;
    const ordered = rankByScore({ space, ordinals, scores: column.scores, scale: cosineScale, sources }, topK);
    return ordered.withSource(name, ordered.asColumn());
  };
  return {
    name,
    scale: cosineScale,
    requires,
    async rerank(candidates, { signal, topK } = {}) {
      signal?.throwIfAborted();
      await Promise.resolve();
      signal?.throwIfAborted();
      return candidates.map(({ ranking, queryVectors }) => {
        if (!queryVectors?.[source]) throw new MissingScoresError({ stage: name, requirement: `query.${source}` });
        return rerank(ranking, topK);
      });
    },
  };
}
