import { Ranking, type Reranker, rankByScore } from '@sluice/core';
import { describe, it } from 'vitest';
import { expectCaught, withChanged } from '../kit/expect-caught.js';
import { columnReranker } from './column-reranker.js';
import { rerankerChecks, testReranker } from './test-reranker.js';

testReranker('columnReranker', () => columnReranker());

const ORDER = 'gives every candidate a score on its scale, best first, equal scores by id';

describe('a broken reranker is caught', () => {
  it.each<{ why: string; caughtBy: string; change: (answer: Ranking, given: Ranking) => Ranking }>([
    { why: 'the worst first', caughtBy: ORDER, change: (answer) => backwards(answer) },
    {
      why: 'a candidate dropped',
      caughtBy: 'adds no document, and without topK drops none',
      change: (answer) => answer.take(Math.max(0, answer.length - 1)),
    },
    {
      why: 'columns dropped',
      caughtBy: 'keeps the columns of earlier sources, and adds its own under its name',
      change: ({ space, ordinals, scores, scale }) => rankByScore({ space, ordinals, scores, scale }),
    },
    {
      why: 'columns left in the given order',
      caughtBy: 'keeps the columns of earlier sources, and adds its own under its name',
      change: (answer, given) => {
        const { bystander } = given.sources;
        return bystander ? answer.withSource('bystander', bystander) : answer;
      },
    },
    {
      why: 'candidates changed in place',
      caughtBy: 'leaves its candidates as they were',
      change: (answer, given) => {
        given.scores.fill(0);
        return answer;
      },
    },
  ])('$why', async ({ change, caughtBy }) => {
    const make = (): Reranker => {
      const reranker = columnReranker();
      return withChanged(reranker, {
        rerank: async (candidates, options) =>
          (await reranker.rerank(candidates, options)).map((answer, at) =>
            change(answer, candidates[at]?.ranking ?? answer),
          ),
      });
    };
    await expectCaught(rerankerChecks(make, { seed: 3 }), caughtBy);
  });

  it.each<{ why: string; caughtBy: string; change: (reranker: Reranker) => Partial<Reranker> }>([
    {
      why: 'topK ignored',
      caughtBy: 'answers the first topK of what it answers without',
      change: (reranker) => ({ rerank: (candidates) => reranker.rerank(candidates) }),
    },
    {
      why: 'signals ignored',
      caughtBy: 'rejects with the reason of its signal',
      change: (reranker) => ({ rerank: (candidates) => reranker.rerank(candidates) }),
    },
    {
      why: 'scores made up where a column is missing',
      caughtBy: 'refuses a list without what it requires, and names it',
      change: (reranker) => ({
        rerank: (...call) => reranker.rerank(...call).catch(() => call[0].map(({ ranking }) => ranking)),
      }),
    },
    {
      why: 'passages without text dropped',
      caughtBy: 'loses none of passages without text, or all alike',
      change: (reranker) => ({
        rerank: async (...call) => {
          const answers = await reranker.rerank(...call);
          return Promise.all(answers.map(withoutBlank));
        },
      }),
    },
    {
      why: 'empty lists forgotten',
      caughtBy: 'takes no candidates, empty lists and lists of one',
      change: (reranker) => ({
        rerank: (candidates, options) =>
          reranker.rerank(
            candidates.filter(({ ranking }) => ranking.length > 0),
            options,
          ),
      }),
    },
  ])('$why', async ({ change, caughtBy }) => {
    const make = (): Reranker => {
      const reranker = columnReranker();
      return withChanged(reranker, change(reranker));
    };
    await expectCaught(rerankerChecks(make, { seed: 3 }), caughtBy);
  });
});

function backwards({ space, ordinals, scores, scale, sources }: Ranking): Ranking {
  const parts = { space, scale, sources, ordinals: ordinals.toReversed(), scores: scores.toReversed() };
  return new Ranking(parts);
}

async function withoutBlank(ranking: Ranking): Promise<Ranking> {
  const texts = (await ranking.space.texts?.(ranking.ordinals)) ?? [];
  const positions = Uint32Array.from([...texts.keys()].filter((at) => texts[at]?.text !== ''));
  return ranking.pick(positions);
}
