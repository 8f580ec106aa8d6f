import { type Candidates, MissingScoresError, Ranking, type RankingParts, type RelevanceFilter } from '@sluice/core';
import { describe, it } from 'vitest';
import { expectCaught } from '../kit/expect-caught.js';
import { relevanceFilterChecks, testRelevanceFilter } from './test-relevance-filter.js';

testRelevanceFilter('a threshold on probabilities', () =>
  filterOf(({ ranking }) => aboveHalf(ranking), ['probability']),
);
testRelevanceFilter('everything', () => filterOf(({ ranking }) => ranking, []));
testRelevanceFilter('nothing', () => filterOf(({ ranking }) => ranking.take(0), []));

const LAW = 'selects a subsequence: nothing added, rescored or reordered, columns kept';

describe('a broken filter is caught', () => {
  it.each<{ why: string; caughtBy: string; select: (ranking: Ranking) => Ranking }>([
    { why: 'reordered', caughtBy: LAW, select: (ranking) => changed(ranking, (parts) => reversed(parts)) },
    {
      why: 'rescored',
      caughtBy: LAW,
      select: (ranking) => changed(ranking, ({ scores }) => ({ scores: halved(scores) })),
    },
    { why: 'without columns', caughtBy: LAW, select: (ranking) => changed(ranking, () => ({ sources: {} })) },
    {
      why: 'another document',
      caughtBy: LAW,
      select: (ranking) =>
        changed(ranking, ({ space, ordinals }) => ({ ordinals: ordinals.map((ordinal) => space.size - 1 - ordinal) })),
    },
    {
      why: 'on another scale',
      caughtBy: LAW,
      select: (ranking) => changed(ranking, ({ scale }) => ({ scale: { ...scale, name: 'mine' } })),
    },
    {
      why: 'scores changed in place',
      caughtBy: 'leaves its candidates as they were',
      select: (ranking) => {
        ranking.scores.fill(0);
        return ranking;
      },
    },
  ])('$why', ({ select, caughtBy }) =>
    expectCaught(
      relevanceFilterChecks(() => filterOf(({ ranking }) => select(ranking), []), { seed: 3 }),
      caughtBy,
    ),
  );

  it('a missing column taken for all relevant', () => {
    const make = () => filterOf(({ ranking }) => ranking, ['probability']);
    return expectCaught(
      relevanceFilterChecks(make, { seed: 3 }),
      'refuses a list without what it requires, and names it',
    );
  });

  it('one query decided by another', () => {
    const make = (): RelevanceFilter => ({
      ...filterOf(({ ranking }) => ranking, []),
      select: async (candidates) => candidates.map(({ ranking }) => ranking.take(candidates.length)),
    });
    const caughtBy = 'answers one ranking for each of the candidates, alone as in a batch, in their order';
    return expectCaught(relevanceFilterChecks(make, { seed: 3 }), caughtBy);
  });
});

function changed(ranking: Ranking, change: (ranking: Ranking) => Partial<RankingParts>): Ranking {
  const { space, ordinals, scores, scale, sources } = ranking;
  return new Ranking({ space, ordinals, scores, scale, sources, ...change(ranking) });
}

function halved(scores: Float32Array): Float32Array {
  return scores.map((score) => score / 2);
}

function reversed({ ordinals }: Ranking): Partial<RankingParts> {
  return { ordinals: ordinals.toReversed() };
}

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
