import { matrix } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { exactIndex, loadExactIndex, scoreOf } from './exact-index.js';
import { testVectorIndex } from './test-vector-index.js';

testVectorIndex('exactIndex', { create: exactIndex, load: loadExactIndex });

describe('scores worked out by hand', () => {
  const [left, right] = [Float32Array.of(3, 4), Float32Array.of(4, 3)];

  it.each([
    { similarity: 'dot' as const, score: 24 },
    { similarity: 'euclidean' as const, score: -2 },
    { similarity: 'cosine' as const, score: Math.fround(24 / 25) },
  ])('$similarity', ({ similarity, score }) => expect(scoreOf(similarity, left, right)).toBe(score));
});

it('orders three points on a line as a ruler does', () => {
  const index = exactIndex({ dimensions: 1, similarity: 'euclidean' });
  index.add(Uint32Array.of(9, 4, 7), matrix(Float32Array.of(1, 5, -1), 1));
  const found = index.search(matrix(Float32Array.of(0, 4), 1), { topK: 3 });
  expect([...found.ordinals]).toEqual([7, 9, 4, 4, 9, 7]);
  expect([...found.scores]).toEqual([-1, -1, -25, -1, -9, -25]);
});
