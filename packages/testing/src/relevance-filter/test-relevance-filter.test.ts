import { type Candidates, MissingScoresError, type Ranking, type RelevanceFilter } from '@sluice/core';
import { testRelevanceFilter } from './test-relevance-filter.js';

testRelevanceFilter('a threshold on probabilities', () =>
  filterOf(({ ranking }) => aboveHalf(ranking), ['probability']),
);
testRelevanceFilter('everything', () => filterOf(({ ranking }) => ranking, []));
testRelevanceFilter('nothing', () => filterOf(({ ranking }) => ranking.take(0), []));

function aboveHalf(ranking: Ranking): Ranking {
  const column = ranking.sources.probability;
  if (!column) throw new MissingScoresError({ stage: 'a threshold', requirement: 'probability' });
  return ranking.where(column, (probability) => probability >= 0.5);
}

function filterOf(select: (candidates: Candidates) => Ranking, requires: readonly string[]): RelevanceFilter {
  return {
    name: 'toy',
    requires,
    async select(candidates, { signal } = {}) {
      signal?.throwIfAborted();
      const rankings = candidates.map(select);
      await Promise.resolve();
      signal?.throwIfAborted();
      return rankings;
    },
  };
}
