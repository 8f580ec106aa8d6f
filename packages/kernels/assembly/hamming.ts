import { sumIntegers } from './lanes';

// `width` is a multiple of 16 bytes.

// @ts-ignore: decorator
@inline
function distance(query: usize, code: usize, width: usize): i32 {
  let sum = i32x4.splat(0);
  for (let at: usize = 0; at < width; at += 16) {
    const bits = i8x16.popcnt(v128.xor(v128.load(query + at), v128.load(code + at)));
    sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bits)));
  }
  return sumIntegers(sum);
}

export function hamming(
  queries: usize, codes: usize, distances: usize, q: usize, n: usize, width: usize,
): void {
  for (let i: usize = 0; i < q; i++) {
    const query = queries + i * width;
    const out = distances + ((i * n) << 2);
    for (let j: usize = 0; j < n; j++) store<i32>(out + (j << 2), distance(query, codes + j * width, width));
  }
}
