import { type MultiVectors, matrix, vectorsOf } from '@sluice/core';
import { seededNormal } from '@sluice/testing';
import { expect, it } from 'vitest';
import { poolTokenVectors } from './pool-token-vectors.js';

it('merges pairs that lie together to their mean direction, and leaves the protected', async () => {
  // Two pairs of near vectors, and one that is protected though it equals another.
  const vectors = textOf([
    [1, 0, 0],
    [1, 0, 0],
    [0.8, 0.6, 0],
    [0, 0, 1],
    [0, 0.6, 0.8],
  ]);
  const { offsets, vectors: merged } = await poolTokenVectors(vectors, { factor: 2, protectedVectors: 1 });
  expect([...offsets]).toEqual([0, 3]);
  expect([...merged.data.subarray(0, 3)]).toEqual([1, 0, 0]);
  const [left, right] = [merged.data.subarray(3, 6), merged.data.subarray(6, 9)];
  // The means of the pairs, scaled to length 1.
  expectNear(left, [1.8 / Math.hypot(1.8, 0.6), 0.6 / Math.hypot(1.8, 0.6), 0]);
  expectNear(right, [0, 0.6 / Math.hypot(0.6, 1.8), 1.8 / Math.hypot(0.6, 1.8)]);
});

it.each([1, 2, 3, 7])(
  'leaves a %dth of the vectors of each text, all of unit length, and texts without any',
  async (factor) => {
    const vectors = randomTexts([0, 1, 9, 40, 0, 5]);
    const pooled = await poolTokenVectors(vectors, { factor });
    for (let text = 0; text < vectors.texts; text++) {
      const [before, after] = [vectorsOf(vectors, text), vectorsOf(pooled, text)];
      expect(after.rows).toBe(before.rows === 0 ? 0 : Math.max(1, Math.floor(before.rows / factor)));
    }
    for (let row = 0; row < pooled.vectors.rows; row++) {
      expect(Math.hypot(...pooled.vectors.data.subarray(row * 8, (row + 1) * 8))).toBeCloseTo(1, 5);
    }
    if (factor > 1) return;
    expect(pooled.offsets).toEqual(vectors.offsets);
    for (const [at, value] of vectors.vectors.data.entries()) expect(pooled.vectors.data[at]).toBeCloseTo(value, 6);
  },
);

it('preserves the sum of vectors, each mean as often as it has members, where lengths are kept', async () => {
  const vectors = randomTexts([6]);
  const { vectors: merged } = await poolTokenVectors(vectors, { factor: 6, length: 'kept' });
  for (let column = 0; column < 8; column++) {
    let mean = 0;
    for (let row = 0; row < 6; row++) mean += (vectors.vectors.data[row * 8 + column] ?? 0) / 6;
    expect(merged.data[column]).toBeCloseTo(mean, 5);
  }
});

it('refuses a factor below 1, and ends with the reason of its signal', async () => {
  await expect(poolTokenVectors(randomTexts([3]), { factor: 0.5 })).rejects.toMatchObject({
    code: 'SLUICE_INVALID_OPTIONS',
  });
  const reason = new Error('enough');
  const signal = AbortSignal.abort(reason);
  await expect(poolTokenVectors(randomTexts([3]), { factor: 2 }, { signal })).rejects.toBe(reason);
});

function textOf(rows: readonly (readonly number[])[]): MultiVectors {
  const columns = rows[0]?.length ?? 1;
  return {
    texts: 1,
    offsets: Uint32Array.of(0, rows.length),
    vectors: matrix(Float32Array.from(rows.flat()), columns),
  };
}

function randomTexts(lengths: readonly number[]): MultiVectors {
  const normal = seededNormal(3);
  const offsets = new Uint32Array(lengths.length + 1);
  for (const [at, length] of lengths.entries()) offsets[at + 1] = (offsets[at] ?? 0) + length;
  const data = Float32Array.from({ length: (offsets.at(-1) ?? 0) * 8 }, normal);
  for (let start = 0; start < data.length; start += 8) {
    const row = data.subarray(start, start + 8);
    const length = Math.hypot(...row);
    row.forEach((value, column) => {
      row[column] = value / length;
    });
  }
  return { texts: lengths.length, offsets, vectors: matrix(data, 8) };
}

function expectNear(actual: Float32Array, expected: readonly number[]): void {
  for (const [at, value] of expected.entries()) expect(actual[at]).toBeCloseTo(value, 5);
}
