import { type Candidates, idSpace, logitScale, Ranking, type Reranker, rerankByScore, type Scale } from '@sluice/core';
import { columnReranker, rankingWith, testReranker } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpolate } from './interpolate.js';

testReranker('interpolate', () => interpolate(columnReranker()));
testReranker('interpolate, z-scores', () => interpolate(columnReranker(), { normalization: 'z-score', weight: 0.9 }));

/** Scores documents by `said`, in their order in the space. */
function saying(said: readonly number[], scale: Scale = logitScale): Reranker {
  return {
    name: 'saying',
    scale,
    requires: [],
    rerank: async (candidates) =>
      candidates.map(({ ranking }) => {
        const scores = Float32Array.from(ranking.ordinals, (ordinal) => said[ordinal] ?? 0);
        return rerankByScore(ranking, scores, { name: 'saying', scale });
      }),
  };
}

function listOf(firsts: readonly number[]): Candidates {
  const space = idSpace(firsts.map((_, at) => `d${at}`));
  const scores = Float32Array.from(firsts);
  return {
    query: { text: 'q' },
    ranking: new Ranking({ space, ordinals: Uint32Array.from(firsts.keys()), scores, scale: logitScale }),
  };
}

async function scoresById(reranker: Reranker, firsts: readonly number[]): Promise<Map<string, number>> {
  const [answer] = await reranker.rerank([listOf(firsts)]);
  return new Map(Array.from(answer?.ids ?? [], (id, at) => [id, answer?.scores[at] ?? Number.NaN]));
}

const score = fc.double({ min: -20, max: 20, noNaN: true }).map(Math.fround);

describe('interpolate', () => {
  it('averages each first score with what the reranker says of the same document', async () => {
    const pairs = fc.array(fc.tuple(score, score), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(pairs, fc.double({ min: 0.01, max: 1, noNaN: true }), async (both, weight) => {
        const falling = both.toSorted(([one], [other]) => other - one);
        const [firsts, said] = [falling.map(([first]) => first), falling.map(([, second]) => second)];
        const found = await scoresById(interpolate(saying(said), { weight }), firsts);
        for (const [at, first] of firsts.entries()) {
          expect(found.get(`d${at}`)).toBeCloseTo((1 - weight) * first + weight * (said[at] ?? 0), 4);
        }
      }),
    );
  });

  it('takes logits as they are, and other scores in deviations from the mean of the list', async () => {
    const said = [2, 4, 0];
    const relevance = { name: 'relevance', minimum: 0, maximum: 1 };
    const firsts = [3, 2, 1];
    expect((await scoresById(interpolate(saying(said)), firsts)).get('d1')).toBeCloseTo(3, 5);
    const z = 2 / Math.sqrt(8 / 3);
    const asked = interpolate(saying(said, relevance));
    expect((await scoresById(asked, firsts)).get('d1')).toBeCloseTo((2 + z) / 2, 5);
    const plain = interpolate(saying(said, relevance), { normalization: 'none' });
    expect((await scoresById(plain, firsts)).get('d1')).toBeCloseTo(3, 5);
  });

  it('keeps the first order where the reranker sees no difference', async () => {
    for (const normalization of ['none', 'z-score'] as const) {
      const [answer] = await interpolate(saying([7, 7, 7]), { normalization, weight: 0.9 }).rerank([listOf([3, 2, 1])]);
      expect([...(answer?.ids ?? [])]).toEqual(['d0', 'd1', 'd2']);
    }
  });

  it('keeps the columns of the sources and of the reranker', async () => {
    const ranking = rankingWith({ ids: ['a', 'b'], first: [1, 0] });
    const [answer] = await interpolate(saying([0, 5])).rerank([{ query: { text: 'q' }, ranking }]);
    expect(Object.keys(answer?.sources ?? {}).sort()).toEqual(['first', 'interpolated-saying', 'saying']);
    expect([...(answer?.sources.saying?.scores ?? [])]).toEqual([5, 0]);
  });

  it('says how it is made, for plans and files', () => {
    const written = { ...saying([]), step: 'saying(loud)', toSpec: () => ({ type: 'saying' }) };
    const { step, toSpec } = interpolate(written, { weight: 0.3 });
    expect(step).toBe('interpolate(saying(loud), weight: 0.3)');
    expect(toSpec?.()).toEqual({ type: 'interpolate', by: { type: 'saying' }, weight: 0.3, normalization: 'none' });
    expect(interpolate(saying([])).toSpec).toBeUndefined();
  });

  it.each([0, 1.1, Number.NaN])('refuses the weight %s', (weight) => {
    expect(() => interpolate(saying([]), { weight })).toThrow(/weight/);
  });
});
