import { expect, it } from 'vitest';
import { hybridGrid, hybridSpec, standardMean } from './hybrid-grid.js';

it('knows the default hybrid among its candidates', () => {
  const means = hybridGrid().map(({ k1, b, normalization, weight }) =>
    k1 === 1.2 && b === 0.75 && normalization === 'z-score' && weight === 0.4 ? 1 : 0,
  );
  expect(means.reduce<number>((sum, mean) => sum + mean, 0)).toBe(1);
  expect(standardMean(means)).toBe(1);
});

it('writes what stands behind a candidate as it was', () => {
  const candidate = { k1: 0.9, b: 0.4, normalization: 'min-max', weight: 0.7 } as const;
  const take = { type: 'take', topK: 5 };
  expect(hybridSpec(candidate, 500, [take])).toEqual({
    type: 'pipeline',
    stages: [hybridSpec(candidate, 500), take],
  });
});

it('writes a candidate as a pipeline whose weights are round', () => {
  expect(hybridSpec({ k1: 0.9, b: 0.4, normalization: 'min-max', weight: 0.7 }, 500)).toEqual({
    type: 'fuse',
    sources: [{ type: 'bm25', k1: 0.9, b: 0.4 }, { type: 'dense' }],
    by: { type: 'linear', normalization: 'min-max', weights: { bm25: 0.7, dense: 0.3 } },
    depth: 500,
  });
});
