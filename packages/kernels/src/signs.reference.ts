import type { SignsCall, SignsListedCall } from './signs.js';

/** Plain twin of `dotSigns`; what runs where SIMD is missing. */
export function dotSignsReference({ queries, rows, products, width, planes }: SignsCall): void {
  const n = rows.length / width;
  for (let at = 0; at < products.length; at++) {
    const query = queries.subarray(Math.floor(at / n) * width * planes);
    products[at] = product(query, rows, at % n, { width, planes });
  }
}

/** Plain twin of `dotSignsListed`. */
export function dotSignsListedReference({ query, rows, list, products, width, planes }: SignsListedCall): void {
  for (const [at, row] of list.entries()) products[at] = product(query, rows, row, { width, planes });
}

function product(
  query: Uint8Array,
  rows: Uint8Array,
  row: number,
  { width, planes }: Pick<SignsCall, 'width' | 'planes'>,
): number {
  let sum = 0;
  for (let column = 0; column < width * 8; column++) {
    const [byte, bit] = [column >>> 3, column & 7];
    let integer = 0;
    for (let plane = 0; plane < planes; plane++) {
      const value = ((query[plane * width + byte] ?? 0) >>> bit) & 1;
      integer += plane === planes - 1 ? -value * 2 ** plane : value * 2 ** plane;
    }
    sum += ((rows[row * width + byte] ?? 0) >>> bit) & 1 ? integer : -integer;
  }
  return sum;
}
