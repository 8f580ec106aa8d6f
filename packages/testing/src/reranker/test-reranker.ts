import type { Candidates, Ranking, Reranker } from '@sluice/core';
import { expect } from 'vitest';
import { candidateLists, randomCandidates } from '../candidates/random-candidates.js';
import { expectColumnKept, type StageKitOptions, stageChecks } from '../candidates/stage-checks.js';
import type { Check } from '../kit/check.js';
import { forAll } from '../kit/property.js';
import { runChecks } from '../kit/run-checks.js';
import { expectEqualRankings, expectSoundRanking } from '../ranking/expect-rankings.js';

/** Makes the reranker; called for each check. */
export type RerankerFactory = () => Reranker | Promise<Reranker>;

/**
 * Registers the contract of {@link Reranker} as a vitest suite.
 *
 * @example testReranker('crossEncoder', () => crossEncoder(model), { runs: 5, manyCandidates: 200 });
 */
export function testReranker(name: string, factory: RerankerFactory, options: StageKitOptions = {}): void {
  runChecks(`${name} is a Reranker`, rerankerChecks(factory, options), options.skip);
}

/** The same checks as a list, to be run by hand. */
export function rerankerChecks(factory: RerankerFactory, options: StageKitOptions = {}): Check[] {
  const make = async (): Promise<Reranker> => await factory();
  const stage = async () => {
    const reranker = await make();
    const { name, requires } = reranker;
    return {
      name,
      requires,
      run: (...call: Parameters<Reranker['rerank']>) => reranker.rerank(...call),
      spec: reranker.toSpec?.(),
    };
  };
  return [...stageChecks(stage, options), ...orderChecks(make, options)];
}

function orderChecks(make: () => Promise<Reranker>, options: StageKitOptions): Check[] {
  const { queryDimensions = 8, tolerance = 1e-6 } = options;
  const holds = (law: (reranker: Reranker, candidates: Candidates[], answers: Ranking[]) => void | Promise<void>) => {
    return async (): Promise<void> => {
      const reranker = await make();
      const cases = candidateLists({ requires: reranker.requires, queryDimensions });
      await forAll(cases, options, async (candidates) => {
        await law(reranker, candidates, await reranker.rerank(candidates));
      });
    };
  };
  return [
    {
      name: 'gives every candidate a score on its scale, best first, equal scores by id',
      check: holds(({ scale }, _, answers) => {
        for (const answer of answers) expectSoundRanking(answer, { scale, ties: 'by id' });
      }),
    },
    {
      name: 'adds no document, and without topK drops none',
      check: holds((_, candidates, answers) => {
        for (const [at, { ranking }] of candidates.entries()) {
          expect(answers[at]?.space).toBe(ranking.space);
          expect(answers[at]?.ordinals.toSorted()).toEqual(ranking.ordinals.toSorted());
        }
      }),
    },
    {
      name: 'loses none of passages without text, or all alike',
      check: async () => {
        const reranker = await make();
        const { requires } = reranker;
        for (const texts of ['empty', 'alike'] as const) {
          const given = randomCandidates({ size: 12, requires, levels: 2, queryDimensions, texts }, 12);
          const [answer] = await reranker.rerank([given]);
          expect(answer?.ordinals.toSorted(), texts).toEqual(given.ranking.ordinals.toSorted());
        }
      },
    },
    {
      name: 'keeps the columns of earlier sources, and adds its own under its name',
      check: holds(({ name, scale }, candidates, answers) => {
        for (const [at, { ranking }] of candidates.entries()) {
          const answer = answers[at] ?? ranking;
          const earlier = Object.keys(ranking.sources).filter((column) => column !== name);
          for (const column of earlier) expectColumnKept(answer, ranking, column);
          expect(answer.sources[name]?.scale, `column '${name}'`).toEqual(scale);
          expect([...(answer.sources[name]?.scores ?? [])], `column '${name}'`).toEqual([...answer.scores]);
        }
      }),
    },
    {
      name: 'answers the first topK of what it answers without',
      check: holds(async (reranker, candidates, answers) => {
        for (const topK of [1, 4, 1000]) {
          const cut = await reranker.rerank(candidates, { topK });
          const expected = answers.map((answer) => answer.take(topK));
          expectEqualRankings(cut, expected, tolerance, `topK ${topK}`);
        }
      }),
    },
  ];
}
