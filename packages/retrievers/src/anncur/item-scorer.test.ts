import { idSpace, logitScale, type Reranker, rankByScore } from '@sluice/core';
import { columnReranker, expectRefusal } from '@sluice/testing';
import { expect, it } from 'vitest';
import { scorerOf } from './item-scorer.js';

const space = idSpace(['a', 'b', 'c', 'd']);

/** Scores item k of query `7` as 7 k, and so turns the order round. */
const multiplying: Reranker = {
  name: 'multiplying',
  scale: logitScale,
  requires: [],
  rerank: async (candidates) =>
    candidates.map(({ query, ranking: { ordinals } }) =>
      rankByScore({
        ...{ space, ordinals, scale: logitScale },
        scores: Float32Array.from(ordinals, (ordinal) => Number(query.text) * ordinal),
      }),
    ),
};

it('gives scores in the order that was asked for, whatever order the reranker gives', async () => {
  const scores = await scorerOf(multiplying, space)(
    [{ text: '2' }, { text: '-1' }],
    [Uint32Array.of(1, 3, 0), new Uint32Array(0)],
  );
  expect(scores).toEqual([Float32Array.of(2, 6, 0), new Float32Array(0)]);
});

it('says which reranker lost an item', async () => {
  const losing: Reranker = {
    ...multiplying,
    name: 'losing',
    rerank: async (all) => all.map(({ ranking }) => ranking.take(1)),
  };
  const promise = scorerOf(losing, space)([{ text: '1' }], [Uint32Array.of(1, 2)]);
  await expect(promise).rejects.toMatchObject({ code: 'SLUICE_BROKEN_CONTRACT', component: 'losing' });
});

it('refuses a reranker that needs what items have not', async () => {
  await expectRefusal(() => scorerOf(columnReranker(), space), { code: 'SLUICE_INVALID_OPTIONS' });
});
