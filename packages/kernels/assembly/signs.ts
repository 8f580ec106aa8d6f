// Inner products of integers with signs. A row is a bit a column, set for +1 and not for -1; a query is `planes` rows
// of bits, its integers in two's complement from the lowest bit up. The product is twice the sum of the integers whose
// bit is set, less the sum of all. `width` is bytes of a row: a multiple of 8.

/** Sum of a query's integers. */
export function sumOfPlanes(query: usize, width: usize, planes: usize): i32 {
  let sum: i64 = 0;
  for (let plane: usize = 0; plane < planes; plane++) {
    let bits: i64 = 0;
    for (let at: usize = 0; at < width; at += 8) bits += popcnt<i64>(load<i64>(query + plane * width + at));
    sum += (plane + 1 == planes ? -bits : bits) << plane;
  }
  return <i32>sum;
}

/** Sum of four bits of the integers, from `query` on, where a bit is set; `isTop` where the last is the sign's. */
// @ts-ignore: decorator
@inline
function fourPlanes(query: usize, row: usize, width: usize, isTop: bool): i64 {
  const query1 = query + width;
  const query2 = query1 + width;
  const query3 = query2 + width;
  let s0: i64 = 0, s1: i64 = 0, s2: i64 = 0, s3: i64 = 0;
  for (let at: usize = 0; at < width; at += 8) {
    const bits = load<i64>(row + at);
    s0 += popcnt<i64>(bits & load<i64>(query + at));
    s1 += popcnt<i64>(bits & load<i64>(query1 + at));
    s2 += popcnt<i64>(bits & load<i64>(query2 + at));
    s3 += popcnt<i64>(bits & load<i64>(query3 + at));
  }
  return s0 + (s1 << 1) + (s2 << 2) + (isTop ? -(s3 << 3) : s3 << 3);
}

// @ts-ignore: decorator
@inline
function onePlane(query: usize, row: usize, width: usize): i64 {
  let sum: i64 = 0;
  for (let at: usize = 0; at < width; at += 8) sum += popcnt<i64>(load<i64>(row + at) & load<i64>(query + at));
  return sum;
}

// @ts-ignore: decorator
@inline
function product(query: usize, row: usize, width: usize, planes: usize, sum: i32): i32 {
  let plane: usize = 0;
  let total: i64 = 0;
  for (; plane + 4 <= planes; plane += 4) {
    total += fourPlanes(query + plane * width, row, width, plane + 4 == planes) << plane;
  }
  for (; plane < planes; plane++) {
    const part = onePlane(query + plane * width, row, width) << plane;
    total += plane + 1 == planes ? -part : part;
  }
  return <i32>(total << 1) - sum;
}

export function dotSigns(
  queries: usize, rows: usize, products: usize, q: usize, n: usize, width: usize, planes: usize,
): void {
  for (let i: usize = 0; i < q; i++) {
    const query = queries + i * planes * width;
    const out = products + ((i * n) << 2);
    const sum = sumOfPlanes(query, width, planes);
    for (let j: usize = 0; j < n; j++) {
      store<i32>(out + (j << 2), product(query, rows + j * width, width, planes, sum));
    }
  }
}

export function dotSignsListed(
  query: usize, rows: usize, list: usize, products: usize, n: usize, width: usize, planes: usize,
): void {
  const sum = sumOfPlanes(query, width, planes);
  for (let j: usize = 0; j < n; j++) {
    const row = rows + <usize>load<u32>(list + (j << 2)) * width;
    store<i32>(products + (j << 2), product(query, row, width, planes, sum));
  }
}
