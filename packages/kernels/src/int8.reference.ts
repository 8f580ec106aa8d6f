import type { Int8Call, Int8ListedCall } from './int8.js';

/** Plain twin of `dotInt8`; what runs where SIMD is missing. */
export function dotInt8Reference({ queries, rows, products, columns }: Int8Call): void {
  const q = queries.length / columns;
  const n = rows.length / columns;
  for (let i = 0; i < q; i++) {
    const query = queries.subarray(i * columns, (i + 1) * columns);
    for (let j = 0; j < n; j++) products[i * n + j] = dotPair(query, rows, j * columns);
  }
}

/** Plain twin of `dotInt8Listed`. */
export function dotInt8ListedReference({ query, rows, list, products, columns }: Int8ListedCall): void {
  for (let at = 0; at < list.length; at++) products[at] = dotPair(query, rows, (list[at] ?? 0) * columns);
}

function dotPair(query: Int16Array, rows: Int8Array, start: number): number {
  let sum = 0;
  for (let column = 0; column < query.length; column++) sum += (query[column] ?? 0) * (rows[start + column] ?? 0);
  return sum;
}
