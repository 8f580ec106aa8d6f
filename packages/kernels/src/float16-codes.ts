/** The largest number that float16 holds. */
export const LARGEST_FLOAT16 = 65_504;

/**
 * Numbers as the bits of float16, to the nearest, ties to even. The error is at most 2 ** -11 of a number, and
 * 2 ** -25 below 2 ** -14.
 *
 * @param values up to {@link LARGEST_FLOAT16} in size; larger ones, and NaN, become infinities and NaN
 * @param target as long as `values`
 */
export function encodeFloat16(values: ArrayLike<number>, target: Uint16Array): void {
  const number = new Float32Array(1);
  const bits = new Uint32Array(number.buffer);
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    const size = Math.abs(value);
    const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
    if (size < 2 ** -14) {
      // Steps of 2 ** -24: float32 rounds there by itself, because adding 2 ** -1 leaves it just these bits.
      number[0] = size + 0.5;
      target[at] = sign | ((bits[0] ?? 0) - 0x3f000000);
    } else if (size <= LARGEST_FLOAT16 + 15.99) {
      number[0] = size;
      const word = bits[0] ?? 0;
      target[at] = sign | ((word + 0xfff + ((word >>> 13) & 1) - 0x38000000) >>> 13);
    } else target[at] = sign | (size > 0 ? 0x7c00 : 0x7e00);
  }
}

/** The numbers that float16 bits stand for; finite ones. */
export function decodeFloat16(halves: Uint16Array, target: Float32Array): void {
  for (let at = 0; at < halves.length; at++) {
    const half = halves[at] ?? 0;
    const exponent = (half >>> 10) & 31;
    const fraction = half & 1023;
    const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
    target[at] = half & 0x8000 ? -size : size;
  }
}
