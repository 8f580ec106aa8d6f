import { type Fusion, idSpace, type SourceRanking } from '@sluice/core';
import { rankingWith } from '@sluice/testing';
import { expect, it } from 'vitest';
import { combMnz } from './comb-mnz.js';
import { combSum } from './comb-sum.js';
import { dbsf } from './dbsf.js';
import { linear } from './linear.js';
import { rrf } from './rrf.js';

const space = idSpace(['a', 'b', 'c', 'd']);
const sources: SourceRanking[] = [
  { source: 'one', ranking: rankingWith({ ids: ['a', 'b', 'c'], scores: [10, 6, 2], space }) },
  { source: 'two', ranking: rankingWith({ ids: ['b', 'd'], scores: [0.5, 0.25], space }) },
];

it.each<{ name: string; fusion: Fusion; expected: Record<string, number> }>([
  { name: 'rrf', fusion: rrf(), expected: { b: 1 / 62 + 1 / 61, a: 1 / 61, d: 1 / 62, c: 1 / 63 } },
  { name: 'rrf, k 0', fusion: rrf({ k: 0 }), expected: { b: 1.5, a: 1, d: 0.5, c: 1 / 3 } },
  { name: 'rrf, weighted', fusion: rrf({ k: 1, weights: [6, 2] }), expected: { a: 3, b: 3, c: 1.5, d: 2 / 3 } },
  { name: 'combSum', fusion: combSum(), expected: { b: 1.5, a: 1, c: 0, d: 0 } },
  { name: 'combMnz', fusion: combMnz(), expected: { b: 3, a: 1, c: 0, d: 0 } },
  { name: 'combMnz, weighted', fusion: combMnz({ weights: { one: 1, two: 2 } }), expected: { b: 5, a: 1, c: 0, d: 0 } },
  {
    name: 'linear, min-max',
    fusion: linear({ normalization: 'min-max', weights: { one: 0.25, two: 0.75 } }),
    expected: { b: 0.875, a: 0.25, c: 0, d: 0 },
  },
  // Deviations: the root of 32 / 3, and 1 / 8; missing documents get the least, -root(3 / 2) and -1.
  {
    name: 'linear, z-score',
    fusion: linear(),
    expected: { b: 0.5, a: (Math.sqrt(1.5) - 1) / 2, c: -(Math.sqrt(1.5) + 1) / 2, d: -(Math.sqrt(1.5) + 1) / 2 },
  },
  // Deviations of samples: 4, and the root of 1 / 32.
  {
    name: 'dbsf',
    fusion: dbsf(),
    expected: {
      b: 0.5 + 0.5 + Math.SQRT1_2 / 6,
      a: 0.5 + 1 / 6,
      d: 0.5 - Math.SQRT1_2 / 6,
      c: 0.5 - 1 / 6,
    },
  },
])('$name', ({ fusion, expected }) => {
  const fused = fusion.fuse(sources, 10);
  expect(fused.ids).toEqual(Object.keys(expected));
  for (const [at, score] of fused.scores.entries()) expect(score).toBeCloseTo(Object.values(expected)[at] ?? 0, 6);
});

it('adds in one order, whatever the order of the sources: no bit depends on it', () => {
  const huge = [1e30, 1, -1e30].map((score, at) => ({
    source: `source-${at}`,
    ranking: rankingWith({ ids: ['a'], scores: [score], space }),
  }));
  const [x, y, z] = [
    [0, 1, 2],
    [2, 1, 0],
    [0, 2, 1],
  ].map((order) => {
    const permuted = order.flatMap((at) => huge.slice(at, at + 1));
    return linear({ normalization: 'none' }).fuse(permuted, 1).scores[0];
  });
  expect([y, z]).toEqual([x, x]);
});

it.each([
  { name: 'rrf', make: () => rrf({ k: -1 }), path: 'k' },
  { name: 'linear', make: () => linear(JSON.parse('{ "normalization": "softmax" }')), path: 'normalization' },
  { name: 'combMnz', make: () => combMnz(JSON.parse('{ "normalization": "z-score" }')), path: 'normalization' },
  { name: 'dbsf', make: () => dbsf(JSON.parse('{ "weight": [1] }')), path: '' },
])('$name refuses options it does not have', ({ make, path }) => {
  expect(make).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_OPTIONS', path }));
});
