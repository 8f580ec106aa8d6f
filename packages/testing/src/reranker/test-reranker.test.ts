import { cosineScale, MissingScoresError, type Ranking, type Reranker, rankByScore } from '@sluice/core';
import { testReranker } from './test-reranker.js';

testReranker('a reranker by one column', byCosine);

function byCosine(): Reranker {
  const name = 'by-cosine';
  return {
    name,
    scale: cosineScale,
    requires: ['dense.cosine', 'query.dense'],
    async rerank(candidates, { signal, topK } = {}) {
      signal?.throwIfAborted();
      return candidates.map(({ ranking, queryVectors }) => {
        if (!queryVectors?.dense) throw new MissingScoresError({ stage: name, requirement: 'query.dense' });
        const ordered = reordered(ranking, topK);
        return ordered.withSource(name, ordered.asColumn());
      });
    },
  };
}

function reordered({ space, ordinals, sources }: Ranking, topK: number | undefined): Ranking {
  const { dense } = sources;
  if (!dense) throw new MissingScoresError({ stage: 'by-cosine', requirement: 'dense.cosine' });
  return rankByScore({ space, ordinals, scores: dense.scores, scale: cosineScale, sources }, topK);
}
