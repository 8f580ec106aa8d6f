const word = new DataView(new ArrayBuffer(4));

/**
 * The bits of the float16 nearest to a float32, ties to even. Numbers beyond ±65504 become the largest float16: a
 * weight that large is an outlier, and infinity would spread to every vector.
 */
export function halfBits(value: number): number {
  word.setFloat32(0, value);
  const bits = word.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const size = bits & 0x7fffffff;
  if (size >= 0x477fe000) return sign | 0x7bff;
  if (size < 0x38800000) return sign | roundTiesToEven(Math.abs(value) * 2 ** 24);
  const lower = size & 0x1fff;
  const half = (size - 0x38000000) >>> 13;
  return sign | (half + (lower > 0x1000 || (lower === 0x1000 && half % 2 === 1) ? 1 : 0));
}

/** Nearest whole number; a half goes to the even neighbour. */
export function roundTiesToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
