// A compact row is `stride` codes of 8 bits with a scale, and a bit a code with a step: number c is
// code[c] * scale + step where bit c is set, and - step where it is not. Bits are in the order of the codes, from the
// lowest of each byte; `stride` is a multiple of 16.

// @ts-ignore: decorator
@inline
function four(codes: v128, scale: v128, step: v128, bits: v128, mask: v128): v128 {
  const isSet = i32x4.eq(v128.and(bits, mask), mask);
  const sign = v128.andnot(i32x4.splat(0x80000000), isSet);
  return f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(codes), scale), v128.xor(step, sign));
}

// @ts-ignore: decorator
@inline
function sixteen(codes: usize, bits: usize, scale: v128, step: v128, target: usize): void {
  const all = v128.load(codes);
  const low = i16x8.extend_low_i8x16_s(all), high = i16x8.extend_high_i8x16_s(all);
  const set = i32x4.splat(load<u16>(bits));
  v128.store(target, four(i32x4.extend_low_i16x8_s(low), scale, step, set, i32x4(1, 2, 4, 8)));
  v128.store(target, four(i32x4.extend_high_i16x8_s(low), scale, step, set, i32x4(16, 32, 64, 128)), 16);
  v128.store(target, four(i32x4.extend_low_i16x8_s(high), scale, step, set, i32x4(256, 512, 1024, 2048)), 32);
  v128.store(target, four(i32x4.extend_high_i16x8_s(high), scale, step, set, i32x4(4096, 8192, 16384, 32768)), 48);
}

/** The first `width` numbers of listed rows, then zeros up to `columns`. */
export function decodeCompact(
  codes: usize, bits: usize, scales: usize, steps: usize, list: usize, target: usize,
  n: usize, stride: usize, width: usize, columns: usize,
): void {
  const whole = width & ~15;
  for (let at: usize = 0; at < n; at++) {
    const row = <usize>load<u32>(list + (at << 2));
    const code = codes + row * stride;
    const set = bits + row * (stride >> 3);
    const scale = load<f32>(scales + (row << 2)), step = load<f32>(steps + (row << 2));
    const out = target + at * (columns << 2);
    const fourScales = f32x4.splat(scale), fourSteps = f32x4.splat(step);
    for (let c: usize = 0; c < whole; c += 16) {
      sixteen(code + c, set + (c >> 3), fourScales, fourSteps, out + (c << 2));
    }
    for (let c = whole; c < columns; c++) {
      const isSet = (load<u8>(set + (c >> 3)) >> <u8>(c & 7)) & 1;
      const value = <f32>load<i8>(code + c) * scale + (isSet ? step : -step);
      store<f32>(out + (c << 2), c < width ? value : 0);
    }
  }
}
