import { InvalidInputError, type SourceRanking } from '@sluice/core';
import { expectRefusal, rankingWith } from '@sluice/testing';
import { expect, it } from 'vitest';
import { linear } from './linear.js';
import { rrf } from './rrf.js';
import type { Weights } from './weights.js';

const ranking = rankingWith({ ids: ['a', 'b'] });
const sources: SourceRanking[] = ['bm25', 'dense'].map((source) => ({ source, ranking }));

it.each<{ why: string; weights: Weights; path: string }>([
  { why: 'none', weights: [], path: 'weights' },
  { why: 'all 0', weights: [0, 0], path: 'weights' },
  { why: 'a negative one', weights: [1, -1], path: 'weights' },
  { why: 'one that is not finite', weights: { bm25: Infinity }, path: 'weights' },
])('refuses $why before anything is fused', async ({ weights }) => {
  await expectRefusal(() => linear({ weights }), { code: 'SLUICE_INVALID_OPTIONS', fields: { owner: 'linear' } });
});

it.each<{ why: string; weights: Weights }>([
  { why: 'fewer than sources', weights: [1] },
  { why: 'more than sources', weights: [1, 1, 1] },
  { why: 'a name that no source has', weights: { bm25: 1, dense: 1, splade: 1 } },
  { why: 'a source without weight', weights: { bm25: 1 } },
  { why: 'a name from the prototype', weights: { bm25: 1, toString: 1 } },
])('refuses $why when they meet the sources', async ({ weights }) => {
  const fields = { issues: [{ path: 'weights', message: expect.any(String) }] };
  await expectRefusal(() => rrf({ weights }).fuse(sources, 5), { code: 'SLUICE_INVALID_OPTIONS', fields });
});

it('refuses no sources at all, and two of one name', () => {
  expect(() => rrf().fuse([], 5)).toThrow(InvalidInputError);
  expect(() => rrf().fuse([...sources, ...sources], 5)).toThrow(/two sources have one name/);
});
