import { sumIntegers } from './lanes';

// Query codes are widened to 16 bits once by the caller, so a row costs one widening load for each eight columns.
// `columns` is a multiple of 16; the products of 8-bit codes summed in pairs fit 32 bits for any allowed width.

// @ts-ignore: decorator
@inline
export function onePair(query: usize, row: usize, columns: usize): i32 {
  let a = i32x4.splat(0), b = i32x4.splat(0);
  for (let at: usize = 0; at < columns; at += 16) {
    const wide = query + (at << 1);
    a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load(wide), v128.load8x8_s(row + at)));
    b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load(wide, 16), v128.load8x8_s(row + at, 8)));
  }
  return sumIntegers(i32x4.add(a, b));
}

// @ts-ignore: decorator
@inline
export function fourRows(
  query: usize, row0: usize, row1: usize, row2: usize, row3: usize, columns: usize, product: usize,
): void {
  let s0 = i32x4.splat(0), s1 = i32x4.splat(0), s2 = i32x4.splat(0), s3 = i32x4.splat(0);
  for (let at: usize = 0; at < columns; at += 16) {
    const wide = query + (at << 1);
    const low = v128.load(wide);
    s0 = i32x4.add(s0, i32x4.dot_i16x8_s(low, v128.load8x8_s(row0 + at)));
    s1 = i32x4.add(s1, i32x4.dot_i16x8_s(low, v128.load8x8_s(row1 + at)));
    s2 = i32x4.add(s2, i32x4.dot_i16x8_s(low, v128.load8x8_s(row2 + at)));
    s3 = i32x4.add(s3, i32x4.dot_i16x8_s(low, v128.load8x8_s(row3 + at)));
    const high = v128.load(wide, 16);
    s0 = i32x4.add(s0, i32x4.dot_i16x8_s(high, v128.load8x8_s(row0 + at, 8)));
    s1 = i32x4.add(s1, i32x4.dot_i16x8_s(high, v128.load8x8_s(row1 + at, 8)));
    s2 = i32x4.add(s2, i32x4.dot_i16x8_s(high, v128.load8x8_s(row2 + at, 8)));
    s3 = i32x4.add(s3, i32x4.dot_i16x8_s(high, v128.load8x8_s(row3 + at, 8)));
  }
  store<i32>(product, sumIntegers(s0));
  store<i32>(product, sumIntegers(s1), 4);
  store<i32>(product, sumIntegers(s2), 8);
  store<i32>(product, sumIntegers(s3), 12);
}

/** Four queries against one row: the row is widened once for the four. */
// @ts-ignore: decorator
@inline
function fourQueries(query: usize, row: usize, columns: usize, product: usize, step: usize): void {
  const query1 = query + (columns << 1);
  const query2 = query1 + (columns << 1);
  const query3 = query2 + (columns << 1);
  let s0 = i32x4.splat(0), s1 = i32x4.splat(0), s2 = i32x4.splat(0), s3 = i32x4.splat(0);
  for (let at: usize = 0; at < columns; at += 8) {
    const wide = at << 1;
    const codes = v128.load8x8_s(row + at);
    s0 = i32x4.add(s0, i32x4.dot_i16x8_s(v128.load(query + wide), codes));
    s1 = i32x4.add(s1, i32x4.dot_i16x8_s(v128.load(query1 + wide), codes));
    s2 = i32x4.add(s2, i32x4.dot_i16x8_s(v128.load(query2 + wide), codes));
    s3 = i32x4.add(s3, i32x4.dot_i16x8_s(v128.load(query3 + wide), codes));
  }
  store<i32>(product, sumIntegers(s0));
  store<i32>(product + step, sumIntegers(s1));
  store<i32>(product + 2 * step, sumIntegers(s2));
  store<i32>(product + 3 * step, sumIntegers(s3));
}

export function dotInt8(
  queries: usize, rows: usize, products: usize, q: usize, n: usize, columns: usize,
): void {
  const step = n << 2;
  let i: usize = 0;
  for (; i + 4 <= q; i += 4) {
    const query = queries + i * (columns << 1);
    const product = products + i * step;
    for (let j: usize = 0; j < n; j++) fourQueries(query, rows + j * columns, columns, product + (j << 2), step);
  }
  for (; i < q; i++) {
    const query = queries + i * (columns << 1);
    const product = products + i * step;
    let j: usize = 0;
    for (; j + 4 <= n; j += 4) {
      const row = rows + j * columns;
      fourRows(query, row, row + columns, row + 2 * columns, row + 3 * columns, columns, product + (j << 2));
    }
    for (; j < n; j++) store<i32>(product + (j << 2), onePair(query, rows + j * columns, columns));
  }
}

// @ts-ignore: decorator
@inline
function rowAt(rows: usize, list: usize, at: usize, columns: usize): usize {
  return rows + <usize>load<u32>(list + (at << 2)) * columns;
}

export function dotInt8Listed(
  query: usize, rows: usize, list: usize, products: usize, n: usize, columns: usize,
): void {
  let j: usize = 0;
  for (; j + 4 <= n; j += 4) {
    fourRows(
      query, rowAt(rows, list, j, columns), rowAt(rows, list, j + 1, columns), rowAt(rows, list, j + 2, columns),
      rowAt(rows, list, j + 3, columns), columns, products + (j << 2),
    );
  }
  for (; j < n; j++) store<i32>(products + (j << 2), onePair(query, rowAt(rows, list, j, columns), columns));
}
