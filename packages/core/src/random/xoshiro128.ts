/**
 * Draws integers from 0 to 2^32 - 1; period 2^128 - 1, not for secrets. Allocates nothing.
 *
 * Source: xoshiro128** of Blackman and Vigna, version 1.1.
 *
 * @param state four integers of 32 bits, not all 0
 */
export function xoshiro128(state: readonly [number, number, number, number]): () => number {
  let [a, b, c, d] = state;
  return () => {
    const drawn = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return drawn;
  };
}

function rotateLeft(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
