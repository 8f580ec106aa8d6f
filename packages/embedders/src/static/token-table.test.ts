import { expect, it } from 'vitest';
import { float32Table, int8Table } from './token-table.js';

it('adds scaled rows of integers, the leading numbers only', () => {
  const table = int8Table(Int8Array.of(1, 2, 3, -4, 5, 6), Float32Array.of(0.5, 2), 3);
  const sum = Float64Array.of(10, 0);
  table.add(Int32Array.of(0, 1, 1), sum);
  // 10 + .5 x 1 + 2 x (2 x -4), 0 + .5 x 2 + 2 x (2 x 5)
  expect([...sum]).toEqual([-5.5, 21]);
});

it('adds weighted rows that tokens share', () => {
  const table = float32Table({
    values: Float32Array.of(1, 2, 10, 20),
    columns: 2,
    rows: Int32Array.of(1, 0, 1),
    weights: Float64Array.of(1, 3, 0.5),
  });
  const sum = new Float64Array(2);
  table.add(Int32Array.of(0, 1, 2), sum);
  expect([...sum]).toEqual([18, 36]);
  expect(table.tokens).toBe(3);
});
