import { type MultiVectorEmbedder, type MultiVectors, vectorsOf } from '@sluice/core';
import { expect } from 'vitest';
import { expectEncoded, expectSameMatrix } from '../embedder/expect-matrix.js';

/** Fails unless offsets and vectors fit together, and all vectors are finite, of unit length under cosine. */
export function expectMultiVectors(
  encoded: MultiVectors,
  { similarity, dimensions }: Pick<MultiVectorEmbedder, 'similarity' | 'dimensions'>,
  texts: number,
): void {
  const { offsets, vectors } = encoded;
  expect(encoded.texts).toBe(texts);
  expect(offsets, 'offsets, one more than texts').toHaveLength(texts + 1);
  expect(offsets[0], 'the first offset').toBe(0);
  for (let text = 0; text < texts; text++) {
    expect(offsets[text], `offsets never fall, text ${text}`).toBeLessThanOrEqual(offsets[text + 1] ?? -1);
  }
  expectEncoded(vectors, { similarity }, { rows: offsets[texts] ?? 0, columns: dimensions });
  if (similarity !== 'cosine') return;
  for (let row = 0; row < vectors.rows; row++) {
    const vector = vectors.data.subarray(row * dimensions, (row + 1) * dimensions);
    if (vector.every((value) => value === 0)) expect.fail(`vector ${row} is zeros, which have no unit length`);
  }
}

/** Fails unless both have as many vectors for each text, in the same order, as close as `tolerance`. */
export function expectSameMultiVectors(
  actual: MultiVectors,
  expected: MultiVectors,
  tolerance: number,
  why: string,
): void {
  expect([...actual.offsets], `${why}: offsets`).toEqual([...expected.offsets]);
  expectSameMatrix(actual.vectors, expected.vectors, tolerance, why);
}

/** Fails unless text `text` of `batch` has the vectors of the only text of `alone`. */
export function expectSameAlone(batch: MultiVectors, text: number, alone: MultiVectors, tolerance: number): void {
  expect(alone.texts, 'one text').toBe(1);
  expectSameMatrix(vectorsOf(batch, text), alone.vectors, tolerance, `text ${text} of a batch, and alone`);
}
