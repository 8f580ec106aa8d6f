import { sumLanes } from './lanes';

// Column c of a row goes to partial sum c % 8 (two vectors of four), whatever else is computed beside it: a pair of
// query and row gets the same bits alone, in a batch, and from a list of rows. `columns` is a multiple of 8.

// @ts-ignore: decorator
@inline
export const DOT: i32 = 0;
// @ts-ignore: decorator
@inline
export const EUCLIDEAN: i32 = 1;

// @ts-ignore: decorator
@inline
function add(metric: i32, sum: v128, x: v128, y: v128): v128 {
  if (metric == DOT) return f32x4.add(sum, f32x4.mul(x, y));
  const difference = f32x4.sub(x, y);
  return f32x4.sub(sum, f32x4.mul(difference, difference));
}

/** Four queries against one row: a row is loaded once for the four. */
// @ts-ignore: decorator
@inline
function fourQueries(metric: i32, query: usize, row: usize, bytes: usize, score: usize, step: usize): void {
  const query1 = query + bytes;
  const query2 = query1 + bytes;
  const query3 = query2 + bytes;
  let a0 = f32x4.splat(0), a1 = f32x4.splat(0), a2 = f32x4.splat(0), a3 = f32x4.splat(0);
  let b0 = f32x4.splat(0), b1 = f32x4.splat(0), b2 = f32x4.splat(0), b3 = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 32) {
    const low = v128.load(row + at);
    a0 = add(metric, a0, v128.load(query + at), low);
    a1 = add(metric, a1, v128.load(query1 + at), low);
    a2 = add(metric, a2, v128.load(query2 + at), low);
    a3 = add(metric, a3, v128.load(query3 + at), low);
    const high = v128.load(row + at, 16);
    b0 = add(metric, b0, v128.load(query + at, 16), high);
    b1 = add(metric, b1, v128.load(query1 + at, 16), high);
    b2 = add(metric, b2, v128.load(query2 + at, 16), high);
    b3 = add(metric, b3, v128.load(query3 + at, 16), high);
  }
  store<f32>(score, sumLanes(a0, b0));
  store<f32>(score + step, sumLanes(a1, b1));
  store<f32>(score + 2 * step, sumLanes(a2, b2));
  store<f32>(score + 3 * step, sumLanes(a3, b3));
}

/** One query against four rows anywhere: eight chains of additions hide their latency. */
// @ts-ignore: decorator
@inline
export function fourRows(
  metric: i32, query: usize, row0: usize, row1: usize, row2: usize, row3: usize, bytes: usize, score: usize,
): void {
  let a0 = f32x4.splat(0), a1 = f32x4.splat(0), a2 = f32x4.splat(0), a3 = f32x4.splat(0);
  let b0 = f32x4.splat(0), b1 = f32x4.splat(0), b2 = f32x4.splat(0), b3 = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 32) {
    const low = v128.load(query + at);
    a0 = add(metric, a0, low, v128.load(row0 + at));
    a1 = add(metric, a1, low, v128.load(row1 + at));
    a2 = add(metric, a2, low, v128.load(row2 + at));
    a3 = add(metric, a3, low, v128.load(row3 + at));
    const high = v128.load(query + at, 16);
    b0 = add(metric, b0, high, v128.load(row0 + at, 16));
    b1 = add(metric, b1, high, v128.load(row1 + at, 16));
    b2 = add(metric, b2, high, v128.load(row2 + at, 16));
    b3 = add(metric, b3, high, v128.load(row3 + at, 16));
  }
  store<f32>(score, sumLanes(a0, b0));
  store<f32>(score, sumLanes(a1, b1), 4);
  store<f32>(score, sumLanes(a2, b2), 8);
  store<f32>(score, sumLanes(a3, b3), 12);
}

// @ts-ignore: decorator
@inline
export function onePair(metric: i32, query: usize, row: usize, bytes: usize): f32 {
  let a = f32x4.splat(0), b = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 32) {
    a = add(metric, a, v128.load(query + at), v128.load(row + at));
    b = add(metric, b, v128.load(query + at, 16), v128.load(row + at, 16));
  }
  return sumLanes(a, b);
}

// @ts-ignore: decorator
@inline
function batch(metric: i32, queries: usize, rows: usize, scores: usize, q: usize, n: usize, columns: usize): void {
  const bytes = columns << 2;
  const step = n << 2;
  let i: usize = 0;
  for (; i + 4 <= q; i += 4) {
    const query = queries + i * bytes;
    let score = scores + i * step;
    for (let j: usize = 0; j < n; j++) {
      fourQueries(metric, query, rows + j * bytes, bytes, score, step);
      score += 4;
    }
  }
  for (; i < q; i++) {
    const query = queries + i * bytes;
    const score = scores + i * step;
    let j: usize = 0;
    for (; j + 4 <= n; j += 4) {
      const row = rows + j * bytes;
      fourRows(metric, query, row, row + bytes, row + 2 * bytes, row + 3 * bytes, bytes, score + (j << 2));
    }
    for (; j < n; j++) store<f32>(score + (j << 2), onePair(metric, query, rows + j * bytes, bytes));
  }
}

// @ts-ignore: decorator
@inline
function rowAt(rows: usize, list: usize, at: usize, bytes: usize): usize {
  return rows + <usize>load<u32>(list + (at << 2)) * bytes;
}

// @ts-ignore: decorator
@inline
function listed(metric: i32, query: usize, rows: usize, list: usize, scores: usize, n: usize, columns: usize): void {
  const bytes = columns << 2;
  let j: usize = 0;
  for (; j + 4 <= n; j += 4) {
    fourRows(
      metric, query, rowAt(rows, list, j, bytes), rowAt(rows, list, j + 1, bytes), rowAt(rows, list, j + 2, bytes),
      rowAt(rows, list, j + 3, bytes), bytes, scores + (j << 2),
    );
  }
  for (; j < n; j++) store<f32>(scores + (j << 2), onePair(metric, query, rowAt(rows, list, j, bytes), bytes));
}

export function dotFloat32(
  queries: usize, rows: usize, scores: usize, q: usize, n: usize, columns: usize,
): void {
  batch(DOT, queries, rows, scores, q, n, columns);
}

export function euclideanFloat32(
  queries: usize, rows: usize, scores: usize, q: usize, n: usize, columns: usize,
): void {
  batch(EUCLIDEAN, queries, rows, scores, q, n, columns);
}

export function dotFloat32Listed(
  query: usize, rows: usize, list: usize, scores: usize, n: usize, columns: usize,
): void {
  listed(DOT, query, rows, list, scores, n, columns);
}

export function euclideanFloat32Listed(
  query: usize, rows: usize, list: usize, scores: usize, n: usize, columns: usize,
): void {
  listed(EUCLIDEAN, query, rows, list, scores, n, columns);
}
