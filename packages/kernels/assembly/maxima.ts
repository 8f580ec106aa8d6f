import { halvesToFloats } from './float16';
import { sumLanes, sumOfFour } from './lanes';

// The largest score of each query among the rows of a range: what MaxSim adds up. Queries lie side by side in lanes, so
// a maximum needs no work across lanes. A pair has one running sum over its columns in order, whatever is beside it.

// @ts-ignore: decorator
@inline
const LOWEST: f32 = reinterpret<f32>(0xff800000);

/** Four widened rows against a tile of eight queries: the best of each lane is raised. */
// @ts-ignore: decorator
@inline
function raiseEight(row: usize, stride: usize, tile: usize, bytes: usize, best: usize): void {
  const row1 = row + stride;
  const row2 = row1 + stride;
  const row3 = row2 + stride;
  let a0 = f32x4.splat(0), a1 = f32x4.splat(0), a2 = f32x4.splat(0), a3 = f32x4.splat(0);
  let b0 = f32x4.splat(0), b1 = f32x4.splat(0), b2 = f32x4.splat(0), b3 = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 4) {
    const low = v128.load(tile);
    const high = v128.load(tile, 16);
    tile += 32;
    const x0 = v128.load32_splat(row + at);
    a0 = f32x4.add(a0, f32x4.mul(x0, low));
    b0 = f32x4.add(b0, f32x4.mul(x0, high));
    const x1 = v128.load32_splat(row1 + at);
    a1 = f32x4.add(a1, f32x4.mul(x1, low));
    b1 = f32x4.add(b1, f32x4.mul(x1, high));
    const x2 = v128.load32_splat(row2 + at);
    a2 = f32x4.add(a2, f32x4.mul(x2, low));
    b2 = f32x4.add(b2, f32x4.mul(x2, high));
    const x3 = v128.load32_splat(row3 + at);
    a3 = f32x4.add(a3, f32x4.mul(x3, low));
    b3 = f32x4.add(b3, f32x4.mul(x3, high));
  }
  v128.store(best, f32x4.max(v128.load(best), f32x4.max(f32x4.max(a0, a1), f32x4.max(a2, a3))));
  v128.store(best, f32x4.max(v128.load(best, 16), f32x4.max(f32x4.max(b0, b1), f32x4.max(b2, b3))), 16);
}

/** As {@link raiseEight} where at most four of a tile's queries are there. */
// @ts-ignore: decorator
@inline
function raiseFour(row: usize, stride: usize, tile: usize, bytes: usize, best: usize): void {
  const row1 = row + stride;
  const row2 = row1 + stride;
  const row3 = row2 + stride;
  let a0 = f32x4.splat(0), a1 = f32x4.splat(0), a2 = f32x4.splat(0), a3 = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 4) {
    const low = v128.load(tile);
    tile += 32;
    a0 = f32x4.add(a0, f32x4.mul(v128.load32_splat(row + at), low));
    a1 = f32x4.add(a1, f32x4.mul(v128.load32_splat(row1 + at), low));
    a2 = f32x4.add(a2, f32x4.mul(v128.load32_splat(row2 + at), low));
    a3 = f32x4.add(a3, f32x4.mul(v128.load32_splat(row3 + at), low));
  }
  v128.store(best, f32x4.max(v128.load(best), f32x4.max(f32x4.max(a0, a1), f32x4.max(a2, a3))));
}

/**
 * Rows of float16 against tiles of eight queries. `scratch` has room for four widened rows; where fewer than four are
 * left, the last one stands in for those that are missing.
 */
export function maximaFloat16(
  tiles: usize, rows: usize, starts: usize, ends: usize, maxima: usize, scratch: usize, q: usize, n: usize,
  stride: usize, width: usize,
): void {
  const rowBytes = stride << 1;
  const bytes = width << 2;
  const wide = stride << 2;
  const bestBytes = ((q + 3) & ~3) << 2;
  for (let range: usize = 0; range < n; range++) {
    const best = maxima + range * bestBytes;
    for (let at: usize = 0; at < bestBytes; at += 16) v128.store(best + at, f32x4.splat(LOWEST));
    const end = rows + <usize>load<u32>(ends + (range << 2)) * rowBytes;
    const last = end - rowBytes;
    for (let row = rows + <usize>load<u32>(starts + (range << 2)) * rowBytes; row < end; row += 4 * rowBytes) {
      let source = row;
      for (let at: usize = 0; at < 4; at++) {
        halvesToFloats(source, scratch + at * wide, stride);
        source = min(source + rowBytes, last);
      }
      let tile = tiles;
      let done: usize = 0;
      for (; done + 4 < q; done += 8) {
        raiseEight(scratch, wide, tile, bytes, best + (done << 2));
        tile += bytes << 3;
      }
      if (done < q) raiseFour(scratch, wide, tile, bytes, best + (done << 2));
    }
  }
}

/** Two rows of codes against four queries: four sums of each become one vector, times the row's scale. */
// @ts-ignore: decorator
@inline
function raiseByTwo(query: usize, row0: usize, row1: usize, columns: usize, scale0: f32, scale1: f32, best: usize): void {
  const query1 = query + (columns << 1);
  const query2 = query1 + (columns << 1);
  const query3 = query2 + (columns << 1);
  let a0 = i32x4.splat(0), a1 = i32x4.splat(0), a2 = i32x4.splat(0), a3 = i32x4.splat(0);
  let b0 = i32x4.splat(0), b1 = i32x4.splat(0), b2 = i32x4.splat(0), b3 = i32x4.splat(0);
  for (let at: usize = 0; at < columns; at += 8) {
    const wide = at << 1;
    const x = v128.load8x8_s(row0 + at);
    const y = v128.load8x8_s(row1 + at);
    const q0 = v128.load(query + wide);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(q0, x));
    b0 = i32x4.add(b0, i32x4.dot_i16x8_s(q0, y));
    const q1 = v128.load(query1 + wide);
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(q1, x));
    b1 = i32x4.add(b1, i32x4.dot_i16x8_s(q1, y));
    const q2 = v128.load(query2 + wide);
    a2 = i32x4.add(a2, i32x4.dot_i16x8_s(q2, x));
    b2 = i32x4.add(b2, i32x4.dot_i16x8_s(q2, y));
    const q3 = v128.load(query3 + wide);
    a3 = i32x4.add(a3, i32x4.dot_i16x8_s(q3, x));
    b3 = i32x4.add(b3, i32x4.dot_i16x8_s(q3, y));
  }
  const first = f32x4.mul(f32x4.convert_i32x4_s(sumOfFour(a0, a1, a2, a3)), f32x4.splat(scale0));
  const second = f32x4.mul(f32x4.convert_i32x4_s(sumOfFour(b0, b1, b2, b3)), f32x4.splat(scale1));
  v128.store(best, f32x4.max(v128.load(best), f32x4.max(first, second)));
}

/** Rows of codes with a scale each against codes of 16 bits; q is a multiple of four. */
export function maximaInt8(
  queries: usize, rows: usize, scales: usize, starts: usize, ends: usize, maxima: usize, q: usize, n: usize,
  columns: usize,
): void {
  const bestBytes = q << 2;
  for (let range: usize = 0; range < n; range++) {
    const best = maxima + range * bestBytes;
    for (let at: usize = 0; at < bestBytes; at += 16) v128.store(best + at, f32x4.splat(LOWEST));
    const end = <usize>load<u32>(ends + (range << 2));
    for (let row = <usize>load<u32>(starts + (range << 2)); row < end; row += 2) {
      const other = min(row + 1, end - 1);
      const scale0 = load<f32>(scales + (row << 2)), scale1 = load<f32>(scales + (other << 2));
      for (let i: usize = 0; i < q; i += 4) {
        raiseByTwo(
          queries + i * (columns << 1), rows + row * columns, rows + other * columns, columns, scale0, scale1,
          best + (i << 2),
        );
      }
    }
  }
}

/**
 * Of each range of codes, the largest of each column of a table among the rows that they name, added up: lane by lane,
 * groups of four columns in order. An empty range has 0.
 */
export function sumMaxima(
  table: usize, codes: usize, starts: usize, ends: usize, scores: usize, n: usize, columns: usize,
): void {
  const bytes = columns << 2;
  for (let range: usize = 0; range < n; range++) {
    const start = codes + (<usize>load<u32>(starts + (range << 2)) << 1);
    const end = codes + (<usize>load<u32>(ends + (range << 2)) << 1);
    let sum = f32x4.splat(0);
    if (start < end) {
      let at: usize = 0;
      for (; at + 64 <= bytes; at += 64) {
        const group = table + at;
        let a = f32x4.splat(LOWEST), b = f32x4.splat(LOWEST), c = f32x4.splat(LOWEST), d = f32x4.splat(LOWEST);
        for (let code = start; code < end; code += 2) {
          const row = group + <usize>load<u16>(code) * bytes;
          a = f32x4.pmax(a, v128.load(row));
          b = f32x4.pmax(b, v128.load(row, 16));
          c = f32x4.pmax(c, v128.load(row, 32));
          d = f32x4.pmax(d, v128.load(row, 48));
        }
        sum = f32x4.add(f32x4.add(f32x4.add(f32x4.add(sum, a), b), c), d);
      }
      for (; at < bytes; at += 16) {
        let a = f32x4.splat(LOWEST);
        for (let code = start; code < end; code += 2) {
          a = f32x4.pmax(a, v128.load(table + at + <usize>load<u16>(code) * bytes));
        }
        sum = f32x4.add(sum, a);
      }
    }
    store<f32>(scores + (range << 2), sumLanes(sum, f32x4.splat(0)));
  }
}
