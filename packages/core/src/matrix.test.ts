import { expect, it } from 'vitest';
import { matrix, rowOf } from './matrix.js';

it('views its rows without copying', () => {
  const data = Float32Array.of(1, 2, 3, 4, 5, 6);
  const two = matrix(data, 3);
  expect(two).toMatchObject({ rows: 2, columns: 3 });
  rowOf(two, 1)[0] = 9;
  expect(data[3]).toBe(9);
  expect(matrix(new Float32Array(0), 0)).toMatchObject({ rows: 0, columns: 0 });
});

it('refuses numbers that do not divide into rows', () => {
  expect(() => matrix(new Float32Array(5), 3)).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' }));
});

it('refuses numbers in rows of no columns', () => {
  expect(() => matrix(new Float32Array(5), 0)).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' }));
});
