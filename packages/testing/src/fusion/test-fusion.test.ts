import {
  type Fusion,
  fusionScale,
  Ranking,
  type RankingParts,
  rankByScore,
  type ScoreColumn,
  type SourceRanking,
  SpaceMismatchError,
} from '@sluice/core';
import { describe, it } from 'vitest';
import { expectCaught, withChanged } from '../kit/expect-caught.js';
import { fusionChecks, testFusion } from './test-fusion.js';

testFusion('a sum of inverted ranks', invertedRanks);

const LIST = 'lists every document of every source once, best first, equal scores by id';

describe('a broken fusion is caught', () => {
  it.each<{ why: string; caughtBy: string; change: (fused: Ranking, sources: readonly SourceRanking[]) => Ranking }>([
    {
      why: 'the worst first',
      caughtBy: LIST,
      change: (fused) => changed(fused, { scores: fused.scores.toReversed() }),
    },
    { why: 'a document lost', caughtBy: LIST, change: (fused) => fused.take(Math.max(1, fused.length - 1)) },
    {
      why: 'columns lost',
      caughtBy: "keeps each source's rank and score",
      change: (fused) => changed(fused, { sources: {} }),
    },
    {
      why: 'the first source only',
      caughtBy: 'does not depend on the order of the sources, and answers the same again',
      change: (fused, [first]) => first?.ranking ?? fused,
    },
    {
      why: 'sources changed in place',
      caughtBy: 'leaves its sources as they were',
      change: (fused, sources) => {
        for (const { ranking } of sources) ranking.scores.fill(0);
        return fused;
      },
    },
  ])('$why', async ({ change, caughtBy }) => {
    const make = (): Fusion => {
      const fusion = invertedRanks();
      return withChanged(fusion, { fuse: (sources, topK) => change(fusion.fuse(sources, topK), sources) });
    };
    await expectCaught(fusionChecks(make, { seed: 3 }), caughtBy);
  });

  it.each<{ why: string; caughtBy: string; changes: Partial<Fusion> }>([
    { why: 'too shallow', caughtBy: 'asks its sources for at least topK', changes: { depth: () => 10 } },
    {
      why: 'spaces mixed',
      caughtBy: 'refuses rankings of different spaces',
      changes: { fuse: (sources) => firstOf(sources) },
    },
  ])('$why', ({ changes, caughtBy }) =>
    expectCaught(
      fusionChecks(() => withChanged(invertedRanks(), changes)),
      caughtBy,
    ),
  );
});

function invertedRanks(): Fusion {
  return {
    name: 'inverted-ranks',
    depth: (topK) => topK,
    fuse(sources, topK) {
      const { space } = firstOf(sources);
      const sums = new Map<number, number>();
      for (const { ranking } of sources.toSorted((left, right) => (left.source < right.source ? -1 : 1))) {
        if (ranking.space !== space) throw new SpaceMismatchError({ expected: space.name, actual: ranking.space.name });
        for (const [at, ordinal] of ranking.ordinals.entries())
          sums.set(ordinal, (sums.get(ordinal) ?? 0) + 1 / (at + 1));
      }
      const ordinals = Uint32Array.from(sums.keys());
      const columns = sources.map(({ source, ranking }) => [source, columnOf(ranking, ordinals)] as const);
      const scores = Float32Array.from(sums.values());
      return rankByScore({ space, ordinals, scores, scale: fusionScale, sources: Object.fromEntries(columns) }, topK);
    },
  };
}

function columnOf({ scale, ordinals, scores }: Ranking, union: Uint32Array): ScoreColumn {
  const positions = Array.from(union, (ordinal) => ordinals.indexOf(ordinal));
  return {
    scale,
    scores: Float32Array.from(positions, (at) => scores[at] ?? Number.NaN),
    ranks: Uint32Array.from(positions, (at) => at + 1),
  };
}

function firstOf([first]: readonly SourceRanking[]): Ranking {
  if (!first) throw new RangeError('There is no source.');
  return first.ranking;
}

function changed({ space, ordinals, scores, scale, sources }: Ranking, changes: Partial<RankingParts>): Ranking {
  return new Ranking({ space, ordinals, scores, scale, sources, ...changes });
}
