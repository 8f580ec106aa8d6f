import { expect, it } from 'vitest';
import { idSpace } from './id-space.js';
import { Ranking } from './ranking.js';
import { rerankByScore } from './rerank-by-score.js';
import { bm25Scale, logitScale } from './scale.js';

it('orders by new scores, equal ones by id, and keeps the columns that were there beside its own', () => {
  const space = idSpace(['c', 'a', 'b']);
  const found = new Ranking({
    space,
    ordinals: Uint32Array.of(0, 1, 2),
    scores: Float32Array.of(3, 2, 1),
    scale: bm25Scale,
  });
  const ranking = found.withSource('bm25', found.asColumn());
  const reranked = rerankByScore(ranking, Float32Array.of(0, 0, 5), { name: 'cross', scale: logitScale });
  expect(reranked.ids).toEqual(['b', 'a', 'c']);
  expect(reranked.scale).toBe(logitScale);
  expect([...(reranked.sources.bm25?.scores ?? [])]).toEqual([1, 2, 3]);
  expect([...(reranked.sources.cross?.scores ?? [])]).toEqual([5, 0, 0]);
  expect([...(reranked.sources.cross?.ranks ?? [])]).toEqual([1, 2, 3]);
  expect(rerankByScore(ranking, Float32Array.of(0, 0, 5), { name: 'cross', scale: logitScale, topK: 1 }).ids).toEqual([
    'b',
  ]);
});
