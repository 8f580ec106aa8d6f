import { DOT, EUCLIDEAN } from './float32';

// Rows against points in tiles of eight: a tile holds component c of its eight points in 32 bytes, c ascending. A pair
// has one running sum over its components in order, whatever is computed beside it.

// @ts-ignore: decorator
@inline
function add(metric: i32, sum: v128, x: v128, y: v128): v128 {
  if (metric == DOT) return f32x4.add(sum, f32x4.mul(x, y));
  const difference = f32x4.sub(x, y);
  return f32x4.sub(sum, f32x4.mul(difference, difference));
}

/** Four rows against one tile: eight sums in registers, a point's component is loaded once for the four. */
// @ts-ignore: decorator
@inline
function fourRows(metric: i32, row: usize, stride: usize, tile: usize, width: usize, score: usize, step: usize): void {
  const row1 = row + stride;
  const row2 = row1 + stride;
  const row3 = row2 + stride;
  let a0 = f32x4.splat(0), a1 = f32x4.splat(0), a2 = f32x4.splat(0), a3 = f32x4.splat(0);
  let b0 = f32x4.splat(0), b1 = f32x4.splat(0), b2 = f32x4.splat(0), b3 = f32x4.splat(0);
  for (let at: usize = 0; at < width; at += 4) {
    const low = v128.load(tile);
    const high = v128.load(tile, 16);
    tile += 32;
    const x0 = v128.load32_splat(row + at);
    a0 = add(metric, a0, x0, low);
    b0 = add(metric, b0, x0, high);
    const x1 = v128.load32_splat(row1 + at);
    a1 = add(metric, a1, x1, low);
    b1 = add(metric, b1, x1, high);
    const x2 = v128.load32_splat(row2 + at);
    a2 = add(metric, a2, x2, low);
    b2 = add(metric, b2, x2, high);
    const x3 = v128.load32_splat(row3 + at);
    a3 = add(metric, a3, x3, low);
    b3 = add(metric, b3, x3, high);
  }
  v128.store(score, a0);
  v128.store(score, b0, 16);
  v128.store(score + step, a1);
  v128.store(score + step, b1, 16);
  v128.store(score + 2 * step, a2);
  v128.store(score + 2 * step, b2, 16);
  v128.store(score + 3 * step, a3);
  v128.store(score + 3 * step, b3, 16);
}

// @ts-ignore: decorator
@inline
function oneRow(metric: i32, row: usize, tile: usize, width: usize, score: usize): void {
  let a = f32x4.splat(0), b = f32x4.splat(0);
  for (let at: usize = 0; at < width; at += 4) {
    const x = v128.load32_splat(row + at);
    a = add(metric, a, x, v128.load(tile));
    b = add(metric, b, x, v128.load(tile, 16));
    tile += 32;
  }
  v128.store(score, a);
  v128.store(score, b, 16);
}

/** A tile stays in the first-level cache while all rows pass by. */
// @ts-ignore: decorator
@inline
function all(
  metric: i32, rows: usize, tiles: usize, scores: usize, q: usize, n: usize, stride: usize, width: usize,
): void {
  const between = stride << 2;
  const bytes = width << 2;
  const step = n << 2;
  for (let first: usize = 0; first < n; first += 8) {
    const tile = tiles + first * bytes;
    let score = scores + (first << 2);
    let row = rows;
    let i: usize = 0;
    for (; i + 4 <= q; i += 4) {
      fourRows(metric, row, between, tile, bytes, score, step);
      row += 4 * between;
      score += 4 * step;
    }
    for (; i < q; i++) {
      oneRow(metric, row, tile, bytes, score);
      row += between;
      score += step;
    }
  }
}

export function dotTiles(
  rows: usize, tiles: usize, scores: usize, q: usize, n: usize, stride: usize, width: usize,
): void {
  all(DOT, rows, tiles, scores, q, n, stride, width);
}

export function euclideanTiles(
  rows: usize, tiles: usize, scores: usize, q: usize, n: usize, stride: usize, width: usize,
): void {
  all(EUCLIDEAN, rows, tiles, scores, q, n, stride, width);
}

/** The position of the largest of the first `count` scores of each row of n, the first of equals, and that score. */
export function bestOfEach(scores: usize, positions: usize, best: usize, q: usize, n: usize, count: usize): void {
  for (let i: usize = 0; i < q; i++) {
    const row = scores + i * (n << 2);
    let largest = load<f32>(row);
    let position: u32 = 0;
    let limit = f32x4.splat(largest);
    let j: usize = 0;
    for (; j + 4 <= count; j += 4) {
      // Most fours hold nothing larger: one comparison for each.
      if (!v128.any_true(f32x4.gt(v128.load(row + (j << 2)), limit))) continue;
      for (let each = j; each < j + 4; each++) {
        const score = load<f32>(row + (each << 2));
        if (!(score > largest)) continue;
        largest = score;
        position = <u32>each;
      }
      limit = f32x4.splat(largest);
    }
    for (; j < count; j++) {
      const score = load<f32>(row + (j << 2));
      if (!(score > largest)) continue;
      largest = score;
      position = <u32>j;
    }
    store<u32>(positions + (i << 2), position);
    store<f32>(best + (i << 2), largest);
  }
}
