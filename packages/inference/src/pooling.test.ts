import { expect, it } from 'vitest';
import { type Pooling, pool, poolingOrder, type TokenVectors } from './pooling.js';

// Two texts of two and three tokens; what is 99 is padding.
const right: TokenVectors = {
  data: Float32Array.of(1, 2, 3, 6, 99, 99, 4, -1, 0, 5, 2, 2),
  rows: 2,
  tokens: 3,
  columns: 2,
  lengths: Uint32Array.of(2, 3),
  paddingSide: 'right',
};
const left: TokenVectors = {
  ...right,
  data: Float32Array.of(99, 99, 1, 2, 3, 6, 4, -1, 0, 5, 2, 2),
  paddingSide: 'left',
};

const expected: readonly { pooling: Pooling; rows: readonly number[] }[] = [
  { pooling: 'cls', rows: [1, 2, 4, -1] },
  { pooling: 'lasttoken', rows: [3, 6, 2, 2] },
  { pooling: 'max', rows: [3, 6, 4, 5] },
  { pooling: 'mean', rows: [2, 4, 2, 2] },
  { pooling: 'mean_sqrt_len', rows: [4 / Math.SQRT2, 8 / Math.SQRT2, 6 / Math.sqrt(3), 6 / Math.sqrt(3)] },
  { pooling: 'weightedmean', rows: [7 / 3, 14 / 3, 10 / 6, 15 / 6] },
];

it.each(expected)('pools by $pooling, wherever the padding is', ({ pooling, rows }) => {
  for (const vectors of [right, left]) {
    const pooled = pool(vectors, [pooling]);
    rows.forEach((value, at) => {
      expect(pooled[at]).toBeCloseTo(value, 6);
    });
  }
});

it('puts several poolings side by side', () => {
  expect([...pool(right, ['cls', 'mean'])]).toEqual([1, 2, 2, 4, 4, -1, 2, 2]);
});

it.each(poolingOrder)('gives zeros, by %s, where a prompt is all of a text', (pooling) => {
  const vectors = { data: Float32Array.of(1, 2, 3, 4), rows: 1, tokens: 2, columns: 2, lengths: Uint32Array.of(2) };
  const skipped = Uint32Array.of(3);
  for (const paddingSide of ['left', 'right'] as const) {
    expect(pool({ ...vectors, paddingSide, skipped }, [pooling])).toEqual(new Float32Array(2));
  }
});
