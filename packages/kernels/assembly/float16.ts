import { DOT, EUCLIDEAN } from './float32';
import { sumLanes } from './lanes';

// Rows of float16 against queries of float32: what `float32.ts` gives for the rows once widened, in the same order of
// additions. A half is shifted into the fields of a float32 and multiplied by 2 ** 112, which moves its exponent and
// makes numbers of those below the normal ones. Infinities and NaN are not told apart from large numbers.

// @ts-ignore: decorator
@inline
const EXPONENT: f32 = reinterpret<f32>(0x77800000);

// @ts-ignore: decorator
@inline
function widen(shifted: v128): v128 {
  const fields = v128.and(i32x4.shr_s(shifted, 3), i32x4.splat(0x8fffe000));
  return f32x4.mul(fields, f32x4.splat(EXPONENT));
}

/** The first four of eight halves. */
// @ts-ignore: decorator
@inline
function lowOf(halves: v128): v128 {
  return widen(i8x16.shuffle(i32x4.splat(0), halves, 0, 1, 16, 17, 0, 1, 18, 19, 0, 1, 20, 21, 0, 1, 22, 23));
}

// @ts-ignore: decorator
@inline
function highOf(halves: v128): v128 {
  return widen(i8x16.shuffle(i32x4.splat(0), halves, 0, 1, 24, 25, 0, 1, 26, 27, 0, 1, 28, 29, 0, 1, 30, 31));
}

/** Widens a row; `columns` is a multiple of 8. */
// @ts-ignore: decorator
@inline
export function halvesToFloats(halves: usize, floats: usize, columns: usize): void {
  for (let column: usize = 0; column < columns; column += 8) {
    const eight = v128.load(halves + (column << 1));
    v128.store(floats + (column << 2), lowOf(eight));
    v128.store(floats + (column << 2), highOf(eight), 16);
  }
}

// @ts-ignore: decorator
@inline
function add(metric: i32, sum: v128, x: v128, y: v128): v128 {
  if (metric == DOT) return f32x4.add(sum, f32x4.mul(x, y));
  const difference = f32x4.sub(x, y);
  return f32x4.sub(sum, f32x4.mul(difference, difference));
}

/** Four queries against one row: a row is widened once for the four. */
// @ts-ignore: decorator
@inline
function fourQueries(metric: i32, query: usize, row: usize, columns: usize, score: usize, step: usize): void {
  const query1 = query + (columns << 2);
  const query2 = query1 + (columns << 2);
  const query3 = query2 + (columns << 2);
  let a0 = f32x4.splat(0), a1 = f32x4.splat(0), a2 = f32x4.splat(0), a3 = f32x4.splat(0);
  let b0 = f32x4.splat(0), b1 = f32x4.splat(0), b2 = f32x4.splat(0), b3 = f32x4.splat(0);
  for (let column: usize = 0; column < columns; column += 8) {
    const halves = v128.load(row + (column << 1));
    const at = column << 2;
    const low = lowOf(halves);
    a0 = add(metric, a0, v128.load(query + at), low);
    a1 = add(metric, a1, v128.load(query1 + at), low);
    a2 = add(metric, a2, v128.load(query2 + at), low);
    a3 = add(metric, a3, v128.load(query3 + at), low);
    const high = highOf(halves);
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

/** One query against two rows anywhere: four chains of additions hide their latency. */
// @ts-ignore: decorator
@inline
function twoRows(metric: i32, query: usize, row0: usize, row1: usize, columns: usize, score: usize): void {
  let a0 = f32x4.splat(0), a1 = f32x4.splat(0), b0 = f32x4.splat(0), b1 = f32x4.splat(0);
  for (let column: usize = 0; column < columns; column += 8) {
    const low = v128.load(query + (column << 2)), high = v128.load(query + (column << 2), 16);
    const halves0 = v128.load(row0 + (column << 1)), halves1 = v128.load(row1 + (column << 1));
    a0 = add(metric, a0, low, lowOf(halves0));
    a1 = add(metric, a1, low, lowOf(halves1));
    b0 = add(metric, b0, high, highOf(halves0));
    b1 = add(metric, b1, high, highOf(halves1));
  }
  store<f32>(score, sumLanes(a0, b0));
  store<f32>(score, sumLanes(a1, b1), 4);
}

// @ts-ignore: decorator
@inline
function onePair(metric: i32, query: usize, row: usize, columns: usize): f32 {
  let a = f32x4.splat(0), b = f32x4.splat(0);
  for (let column: usize = 0; column < columns; column += 8) {
    const halves = v128.load(row + (column << 1));
    a = add(metric, a, v128.load(query + (column << 2)), lowOf(halves));
    b = add(metric, b, v128.load(query + (column << 2), 16), highOf(halves));
  }
  return sumLanes(a, b);
}

// @ts-ignore: decorator
@inline
function batch(metric: i32, queries: usize, rows: usize, scores: usize, q: usize, n: usize, columns: usize): void {
  const step = n << 2;
  const bytes = columns << 1;
  let i: usize = 0;
  for (; i + 4 <= q; i += 4) {
    const query = queries + i * (columns << 2);
    const score = scores + i * step;
    for (let j: usize = 0; j < n; j++) fourQueries(metric, query, rows + j * bytes, columns, score + (j << 2), step);
  }
  for (; i < q; i++) {
    const query = queries + i * (columns << 2);
    const score = scores + i * step;
    let j: usize = 0;
    for (; j + 2 <= n; j += 2) {
      twoRows(metric, query, rows + j * bytes, rows + (j + 1) * bytes, columns, score + (j << 2));
    }
    for (; j < n; j++) store<f32>(score + (j << 2), onePair(metric, query, rows + j * bytes, columns));
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
  const bytes = columns << 1;
  let j: usize = 0;
  for (; j + 2 <= n; j += 2) {
    const row0 = rowAt(rows, list, j, bytes), row1 = rowAt(rows, list, j + 1, bytes);
    twoRows(metric, query, row0, row1, columns, scores + (j << 2));
  }
  for (; j < n; j++) store<f32>(scores + (j << 2), onePair(metric, query, rowAt(rows, list, j, bytes), columns));
}

export function dotFloat16(queries: usize, rows: usize, scores: usize, q: usize, n: usize, columns: usize): void {
  batch(DOT, queries, rows, scores, q, n, columns);
}

export function euclideanFloat16(
  queries: usize, rows: usize, scores: usize, q: usize, n: usize, columns: usize,
): void {
  batch(EUCLIDEAN, queries, rows, scores, q, n, columns);
}

export function dotFloat16Listed(
  query: usize, rows: usize, list: usize, scores: usize, n: usize, columns: usize,
): void {
  listed(DOT, query, rows, list, scores, n, columns);
}

export function euclideanFloat16Listed(
  query: usize, rows: usize, list: usize, scores: usize, n: usize, columns: usize,
): void {
  listed(EUCLIDEAN, query, rows, list, scores, n, columns);
}
