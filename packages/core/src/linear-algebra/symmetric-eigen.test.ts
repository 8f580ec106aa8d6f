import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unpaced } from '../pacing/paced.js';
import { seededRandom } from '../random/seeded-random.js';
import { type SymmetricEigen, symmetricEigen } from './symmetric-eigen.js';

const eigenOf = (matrix: Float64Array, width: number): SymmetricEigen => unpaced(symmetricEigen(matrix.slice(), width));

/** Normal numbers: the sum of twelve even ones, less its mean, which is near enough here. */
function seededNormal(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Array.from({ length: 12 }, random).reduce((sum, value) => sum + value, -6);
}

/** Normal numbers, mirrored; `rank` of them are sums of fewer outer products. */
function symmetric(width: number, seed: number): Float64Array {
  const normal = seededNormal(seed);
  const matrix = new Float64Array(width * width);
  for (let row = 0; row < width; row++) {
    for (let column = row; column < width; column++) {
      const value = normal() * 10 ** (normal() / 2);
      matrix[row * width + column] = value;
      matrix[column * width + row] = value;
    }
  }
  return matrix;
}

/** The sum of `rank` outer products: all other eigenvalues are 0, many times. */
function ofRank(width: number, rank: number, seed: number): Float64Array {
  const normal = seededNormal(seed);
  const matrix = new Float64Array(width * width);
  for (let part = 0; part < rank; part++) {
    const vector = Array.from({ length: width }, () => normal());
    for (const [row, a] of vector.entries()) {
      for (const [column, b] of vector.entries())
        matrix[row * width + column] = (matrix[row * width + column] ?? 0) + a * b;
    }
  }
  return matrix;
}

/** The largest error of: rows orthogonal, A v = value v, sum of value v vᵀ = A; relative to the matrix. */
function expectLaws(matrix: Float64Array, width: number, { values, vectors }: SymmetricEigen): void {
  const size = Math.max(1e-300, Math.sqrt(matrix.reduce((sum, value) => sum + value * value, 0)));
  let [orthogonality, equation, reconstruction] = [0, 0, 0];
  for (let row = 0; row < width; row++) {
    for (let column = 0; column < width; column++) {
      let [product, image, rebuilt] = [0, 0, 0];
      for (let at = 0; at < width; at++) {
        product += (vectors[row * width + at] ?? 0) * (vectors[column * width + at] ?? 0);
        image += (matrix[column * width + at] ?? 0) * (vectors[row * width + at] ?? 0);
        rebuilt += (values[at] ?? 0) * (vectors[at * width + row] ?? 0) * (vectors[at * width + column] ?? 0);
      }
      orthogonality = Math.max(orthogonality, Math.abs(product - Number(row === column)));
      equation = Math.max(equation, Math.abs(image - (values[row] ?? 0) * (vectors[row * width + column] ?? 0)) / size);
      reconstruction = Math.max(reconstruction, Math.abs(rebuilt - (matrix[row * width + column] ?? 0)) / size);
    }
  }
  // Rounding grows with the width; 1e-13 is some 500 units of the last place.
  expect({ orthogonality, equation, reconstruction }).toSatisfy((errors: Record<string, number>) =>
    Object.values(errors).every((error) => error < 1e-13 * Math.max(1, width / 10)),
  );
  for (const [at, value] of values.entries())
    expect(value).toBeLessThanOrEqual(values[at - 1] ?? Number.POSITIVE_INFINITY);
}

describe('symmetricEigen', () => {
  it('has orthogonal vectors that the matrix stretches by their values, and that make it up', () => {
    const matrices = fc.record({ width: fc.integer({ min: 1, max: 24 }), seed: fc.nat() });
    fc.assert(
      fc.property(matrices, ({ width, seed }) => {
        const matrix = symmetric(width, seed);
        expectLaws(matrix, width, eigenOf(matrix, width));
      }),
    );
  });

  it.each([
    { why: 'zeros', matrix: new Float64Array(25), width: 5 },
    { why: 'one number', matrix: Float64Array.of(-3), width: 1 },
    { why: 'a diagonal with equal values', matrix: Float64Array.of(2, 0, 0, 0, 5, 0, 0, 0, 2), width: 3 },
    { why: 'tiny numbers', matrix: symmetric(9, 4).map((value) => value * 1e-30), width: 9 },
    { why: 'rank 3 of 40', matrix: ofRank(40, 3, 8), width: 40 },
    { why: 'the width of a model', matrix: ofRank(130, 60, 2), width: 130 },
  ])('holds for $why', ({ matrix, width }) => expectLaws(matrix, width, eigenOf(matrix, width)));

  it('finds the values of a matrix whose values are known', () => {
    // The second difference of a chain of n: 2 - 2 cos(k pi / (n + 1)).
    const width = 30;
    const chain = new Float64Array(width * width);
    for (let row = 0; row < width; row++) {
      chain[row * width + row] = 2;
      if (row > 0) chain[row * width + row - 1] = -1;
      if (row + 1 < width) chain[row * width + row + 1] = -1;
    }
    const { values } = eigenOf(chain, width);
    for (const [at, value] of values.entries()) {
      expect(value).toBeCloseTo(2 - 2 * Math.cos(((width - at) * Math.PI) / (width + 1)), 12);
    }
  });

  it('makes the largest number of each vector positive', () => {
    const { vectors } = eigenOf(symmetric(12, 3), 12);
    for (let row = 0; row < 12; row++) {
      const vector = [...vectors.subarray(row * 12, (row + 1) * 12)];
      const largest = Math.max(...vector.map(Math.abs));
      expect(vector).toContain(largest);
    }
  });
});
