import { DOT, EUCLIDEAN, fourRows, onePair } from './float32';

// As the listed kernels of `float32.ts`, for the first `columns` numbers of rows that are `stride` numbers apart: with
// equal numbers, the same bits.

// @ts-ignore: decorator
@inline
function rowAt(rows: usize, list: usize, at: usize, bytes: usize): usize {
  return rows + <usize>load<u32>(list + (at << 2)) * bytes;
}

// @ts-ignore: decorator
@inline
function prefixes(
  metric: i32, query: usize, rows: usize, list: usize, scores: usize, n: usize, stride: usize, columns: usize,
): void {
  const step = stride << 2;
  const bytes = columns << 2;
  let j: usize = 0;
  for (; j + 4 <= n; j += 4) {
    fourRows(
      metric, query, rowAt(rows, list, j, step), rowAt(rows, list, j + 1, step), rowAt(rows, list, j + 2, step),
      rowAt(rows, list, j + 3, step), bytes, scores + (j << 2),
    );
  }
  for (; j < n; j++) store<f32>(scores + (j << 2), onePair(metric, query, rowAt(rows, list, j, step), bytes));
}

export function dotPrefixListed(
  query: usize, rows: usize, list: usize, scores: usize, n: usize, stride: usize, columns: usize,
): void {
  prefixes(DOT, query, rows, list, scores, n, stride, columns);
}

export function euclideanPrefixListed(
  query: usize, rows: usize, list: usize, scores: usize, n: usize, stride: usize, columns: usize,
): void {
  prefixes(EUCLIDEAN, query, rows, list, scores, n, stride, columns);
}
