import type { SparseMatrix } from '@sluice/core';
import { expect } from 'vitest';

/** Fails unless the matrix is well formed, has that shape, and every weight is positive and finite. */
export function expectSparse(encoded: SparseMatrix, shape: { readonly rows: number; readonly columns: number }): void {
  const { rows, columns, offsets, indices, values } = encoded;
  expect({ rows, columns }).toEqual(shape);
  expect(offsets, 'offsets, one more than rows').toHaveLength(rows + 1);
  expect(offsets[0], 'the first offset').toBe(0);
  expect({ indices: indices.length, values: values.length }).toEqual({ indices: offsets[rows], values: offsets[rows] });
  for (let row = 0; row < rows; row++) {
    const [start, end] = [offsets[row] ?? 0, offsets[row + 1] ?? 0];
    expect(start, `offsets never fall, row ${row}`).toBeLessThanOrEqual(end);
    for (let at = start; at < end; at++) {
      expect(indices[at], `index at ${at} and the vocabulary`).toBeLessThan(columns);
      if (at > start) expect(indices[at], `indices rise within row ${row}`).toBeGreaterThan(indices[at - 1] ?? 0);
      const value = values[at] ?? Number.NaN;
      if (!(value > 0 && value < Infinity)) expect.fail(`weight ${value} at ${at} is not positive and finite`);
    }
  }
}

/**
 * Fails unless both have the same rows, weights as close as `tolerance`. A term that only one has must weigh no more
 * than that: rounding may lift a weight from 0.
 */
export function expectSameSparse(actual: SparseMatrix, expected: SparseMatrix, tolerance: number, why: string): void {
  expect(actual.rows, why).toBe(expected.rows);
  for (let row = 0; row < actual.rows; row++) {
    const [left, right] = [termsOf(actual, row), termsOf(expected, row)];
    for (const term of new Set([...left.keys(), ...right.keys()])) {
      const difference = Math.abs((left.get(term) ?? 0) - (right.get(term) ?? 0));
      expect(difference, `${why}: row ${row}, term ${term}`).toBeLessThanOrEqual(tolerance);
    }
  }
}

/** One matrix of several, below each other. */
export function stackedSparse(parts: readonly SparseMatrix[], columns: number): SparseMatrix {
  const offsets = [0];
  for (const part of parts) {
    const before = offsets.at(-1) ?? 0;
    for (const offset of part.offsets.subarray(1)) offsets.push(before + offset);
  }
  return {
    rows: offsets.length - 1,
    columns,
    offsets: Uint32Array.from(offsets),
    indices: Uint32Array.from(parts.flatMap((part) => [...part.indices])),
    values: Float32Array.from(parts.flatMap((part) => [...part.values])),
  };
}

function termsOf({ offsets, indices, values }: SparseMatrix, row: number): Map<number, number> {
  const terms = new Map<number, number>();
  for (let at = offsets[row] ?? 0; at < (offsets[row + 1] ?? 0); at++) terms.set(indices[at] ?? 0, values[at] ?? 0);
  return terms;
}
