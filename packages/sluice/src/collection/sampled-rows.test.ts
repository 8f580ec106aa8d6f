import { type Matrix, matrix } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { sampledRows } from './sampled-rows.js';

/** Row r of all holds r, in groups of unequal sizes. */
const sizes = [3, 0, 40, 57];
let next = 0;
const groups: Matrix[] = sizes.map((rows) =>
  matrix(
    Float32Array.from({ length: 2 * rows }, () => next++ >> 1),
    2,
  ),
);

describe('sampledRows', () => {
  it('takes so many different rows, whole and in their order', () => {
    const { data, rows, columns } = sampled(groups, 30, 1);
    expect({ rows, columns, length: data.length }).toEqual({ rows: 30, columns: 2, length: 60 });
    const taken = Array.from({ length: rows }, (_, row) => data[2 * row] ?? -1);
    expect(taken).toEqual([...new Set(taken)].sort((left, right) => left - right));
    expect(taken).toEqual(Array.from({ length: rows }, (_, row) => data[2 * row + 1]));
    expect(sampled(groups, 30, 1).data).toEqual(data);
    expect(sampled(groups, 30, 2).data).not.toEqual(data);
  });

  it('takes all where there are no more', () => {
    for (const count of [100, 1000]) {
      expect([...sampled(groups, count, 1).data]).toEqual(groups.flatMap(({ data }) => [...data]));
    }
    expect(sampled([], 5, 1).rows).toBe(0);
  });

  it('takes each row as often as any other', () => {
    const times = new Float64Array(100);
    const runs = 2000;
    for (let seed = 0; seed < runs; seed++) {
      const { data } = sampled(groups, 20, seed);
      for (let at = 0; at < data.length; at += 2) {
        const row = data[at] ?? 0;
        times[row] = (times[row] ?? 0) + 1;
      }
    }
    // Binomial: 400 expected, 18 its standard deviation.
    for (const count of times) expect(Math.abs(count - runs / 5)).toBeLessThan(5 * 18);
  });

  it('yields within a large group', () => {
    const large = matrix(new Float32Array(5000), 1);
    expect([...sampledRows([large], { columns: 1, count: 10, seed: 1 })].length).toBeGreaterThanOrEqual(4);
  });
});

function sampled(from: readonly Matrix[], count: number, seed: number): Matrix {
  const steps = sampledRows(from, { columns: 2, count, seed });
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
