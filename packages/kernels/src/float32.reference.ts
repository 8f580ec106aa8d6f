import type { Float32Call, Float32ListedCall, Float32Metric } from './float32.js';

/** Plain twin of `scoreFloat32`, bit for bit; what runs where SIMD is missing. */
export function scoreFloat32Reference({ metric, queries, rows, scores, columns }: Float32Call): void {
  const q = queries.length / columns;
  const n = rows.length / columns;
  for (let i = 0; i < q; i++) {
    const query = queries.subarray(i * columns, (i + 1) * columns);
    for (let j = 0; j < n; j++) scores[i * n + j] = scorePair(metric, query, rows, j * columns);
  }
}

/** Plain twin of `scoreFloat32Listed`, bit for bit. */
export function scoreFloat32ListedReference({ metric, query, rows, list, scores, columns }: Float32ListedCall): void {
  for (let at = 0; at < list.length; at++) {
    scores[at] = scorePair(metric, query, rows, (list[at] ?? 0) * columns);
  }
}

function scorePair(metric: Float32Metric, query: Float32Array, rows: Float32Array, start: number): number {
  return metric === 'dot' ? dotPair(query, rows, start) : euclideanPair(query, rows, start);
}

/** Sum c % 8 takes column c. Every product and sum is rounded to float32, as the lanes of a vector are. */
function dotPair(query: Float32Array, rows: Float32Array, start: number): number {
  const sums = new Float32Array(8);
  for (let column = 0; column < query.length; column += 8) {
    for (let lane = 0; lane < 8; lane++) {
      const product = Math.fround((query[column + lane] ?? 0) * (rows[start + column + lane] ?? 0));
      sums[lane] = (sums[lane] ?? 0) + product;
    }
  }
  return total(sums);
}

function euclideanPair(query: Float32Array, rows: Float32Array, start: number): number {
  const sums = new Float32Array(8);
  for (let column = 0; column < query.length; column += 8) {
    for (let lane = 0; lane < 8; lane++) {
      const difference = Math.fround((query[column + lane] ?? 0) - (rows[start + column + lane] ?? 0));
      sums[lane] = (sums[lane] ?? 0) - Math.fround(difference * difference);
    }
  }
  return total(sums);
}

function total(sums: Float32Array): number {
  const four = [0, 1, 2, 3].map((lane) => Math.fround((sums[lane] ?? 0) + (sums[lane + 4] ?? 0)));
  const [first = 0, second = 0, third = 0, fourth = 0] = four;
  return Math.fround(Math.fround(first + third) + Math.fround(second + fourth));
}
