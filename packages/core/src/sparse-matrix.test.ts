import { expect, it } from 'vitest';
import { sparseRowOf } from './sparse-matrix.js';

it('views a row without its neighbours, and an empty one', () => {
  const matrix = {
    rows: 3,
    columns: 9,
    offsets: Uint32Array.of(0, 2, 2, 3),
    indices: Uint32Array.of(1, 8, 4),
    values: Float32Array.of(0.5, 2, 3),
  };
  expect(sparseRowOf(matrix, 0)).toEqual({ indices: Uint32Array.of(1, 8), values: Float32Array.of(0.5, 2) });
  expect(sparseRowOf(matrix, 1).indices).toHaveLength(0);
  expect(sparseRowOf(matrix, 2)).toEqual({ indices: Uint32Array.of(4), values: Float32Array.of(3) });
});
