import { type Matrix, seededRandom } from '@sluice/core';

/** Of a made-up scorer: `rank` hidden numbers a query and an item, and noise on every score. */
export interface ScoreModel {
  readonly queries: number;
  readonly items: number;
  readonly rank: number;
  readonly noise: number;
  readonly seed: number;
}

/** Scores queries x items: inner products of normal vectors, plus `noise` times normal numbers. */
export function scoreModel({ queries, items, rank, noise, seed }: ScoreModel): Matrix {
  const random = seededRandom(seed);
  // The sum of twelve even numbers, less its mean: near enough to normal.
  const normal = (): number => Array.from({ length: 12 }, random).reduce((sum, value) => sum + value, -6);
  const [left, right] = [queries, items].map((rows) => Float64Array.from({ length: rows * rank }, () => normal()));
  const data = Float32Array.from({ length: queries * items }, (_, at) => {
    const [query, item] = [Math.floor(at / items), at % items];
    let sum = noise * normal();
    for (let part = 0; part < rank; part++) {
      sum += (left?.[query * rank + part] ?? 0) * (right?.[item * rank + part] ?? 0);
    }
    return sum;
  });
  return { data, rows: queries, columns: items };
}

/** The first rows and the others: anchor queries, and those to answer. */
export function splitRows({ data, rows, columns }: Matrix, first: number): { fitted: Matrix; asked: Matrix } {
  return {
    fitted: { data: data.subarray(0, first * columns), rows: first, columns },
    asked: { data: data.subarray(first * columns), rows: rows - first, columns },
  };
}
