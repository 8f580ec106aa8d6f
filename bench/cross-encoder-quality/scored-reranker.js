import { fullText, logitScale, rankByScore } from '@sluice/core';

/** A reranker by logits of pairs of texts, whoever computes them. */
export function scoredReranker(score) {
  return {
    name: 'cross',
    scale: logitScale,
    requires: [],
    async rerank(candidates, { topK } = {}) {
      const answers = [];
      for (const { query, ranking } of candidates) {
        const { space, ordinals, sources } = ranking;
        const passages = (await space.texts(ordinals)).map(fullText);
        const scores = await score(passages.map((passage) => ({ query: query.text, passage })));
        const ranked = rankByScore({ space, ordinals, scores, scale: logitScale, sources }, topK);
        answers.push(ranked.withSource('cross', ranked.asColumn()));
      }
      return answers;
    },
  };
}
