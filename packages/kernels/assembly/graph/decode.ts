import { DOT, EUCLIDEAN } from '../float32';
import { sumLanes } from '../lanes';
import { HALF } from './nodes';

// Nodes as float32: `stride` codes of 8 bits, and a sketch: a sign a code, set for +, in the order of the codes, from the
// lowest bit of each byte; behind `width` bytes of these, the scale. Number c is (code[c] + 120) * scale where sign c is
// set, and (code[c] - 120) * scale where it is not. `stride` is a multiple of 16.

// @ts-ignore: decorator
@inline
function eight(code: usize, signs: v128, masks: v128, scale: v128, target: usize): void {
  const isSet = i16x8.eq(v128.and(signs, masks), masks);
  const half = i16x8.sub(v128.and(isSet, i16x8.splat(2 * HALF)), i16x8.splat(HALF));
  const integers = i16x8.add(v128.load8x8_s(code), half);
  v128.store(target, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(integers)), scale));
  v128.store(target, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(integers)), scale), 16);
}

// @ts-ignore: decorator
@inline
function sixteen(code: usize, signs: usize, scale: v128, target: usize): void {
  const set = v128.load16_splat(signs);
  eight(code, set, i16x8(1, 2, 4, 8, 16, 32, 64, 128), scale, target);
  eight(code + 8, set, i16x8(256, 512, 1024, 2048, 4096, 8192, 16384, -32768), scale, target + 32);
}

/** The first `numbers` numbers of listed rows, then zeros up to `columns`. */
export function decodeNodes(
  codes: usize, sketches: usize, list: usize, target: usize,
  n: usize, stride: usize, sketchBytes: usize, numbers: usize, columns: usize,
): void {
  const whole = numbers & ~15;
  const width = sketchBytes - 16;
  for (let at: usize = 0; at < n; at++) {
    const row = <usize>load<u32>(list + (at << 2));
    const code = codes + row * stride;
    const signs = sketches + row * sketchBytes;
    const scale = load<f32>(signs + width);
    const out = target + at * (columns << 2);
    const four = f32x4.splat(scale);
    for (let c: usize = 0; c < whole; c += 16) sixteen(code + c, signs + (c >> 3), four, out + (c << 2));
    for (let c = whole; c < columns; c++) {
      const isSet = (load<u8>(signs + (c >> 3)) >> <u8>(c & 7)) & 1;
      const integer = <i32>load<i8>(code + c) + (isSet ? <i32>HALF : -<i32>HALF);
      store<f32>(out + (c << 2), c < numbers ? <f32>integer * scale : 0);
    }
  }
}

// @ts-ignore: decorator
@inline
function add(metric: i32, sum: v128, x: v128, y: v128): v128 {
  if (metric == DOT) return f32x4.add(sum, f32x4.mul(x, y));
  const difference = f32x4.sub(x, y);
  return f32x4.sub(sum, f32x4.mul(difference, difference));
}

/** A query of float32 against one node: what `float32.ts` gives for the decoded node, in the same order of additions. */
// @ts-ignore: decorator
@inline
function onePair(metric: i32, query: usize, code: usize, signs: usize, scale: v128, columns: usize): f32 {
  let a = f32x4.splat(0), b = f32x4.splat(0);
  const masks = i16x8(1, 2, 4, 8, 16, 32, 64, 128);
  for (let c: usize = 0; c < columns; c += 8) {
    const isSet = i16x8.eq(v128.and(i16x8.splat(load<u8>(signs + (c >> 3))), masks), masks);
    const half = i16x8.sub(v128.and(isSet, i16x8.splat(2 * HALF)), i16x8.splat(HALF));
    const integers = i16x8.add(v128.load8x8_s(code + c), half);
    const low = f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(integers)), scale);
    const high = f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(integers)), scale);
    a = add(metric, a, v128.load(query + (c << 2)), low);
    b = add(metric, b, v128.load(query + (c << 2), 16), high);
  }
  return sumLanes(a, b);
}

// @ts-ignore: decorator
@inline
function listed(
  metric: i32, query: usize, codes: usize, sketches: usize, list: usize, scores: usize,
  n: usize, stride: usize, sketchBytes: usize, columns: usize,
): void {
  for (let at: usize = 0; at < n; at++) {
    const row = <usize>load<u32>(list + (at << 2));
    const signs = sketches + row * sketchBytes;
    const scale = v128.load32_splat(signs + sketchBytes - 16);
    store<f32>(scores + (at << 2), onePair(metric, query, codes + row * stride, signs, scale, columns));
  }
}

export function dotNodes(
  query: usize, codes: usize, sketches: usize, list: usize, scores: usize,
  n: usize, stride: usize, sketchBytes: usize, columns: usize,
): void {
  listed(DOT, query, codes, sketches, list, scores, n, stride, sketchBytes, columns);
}

export function euclideanNodes(
  query: usize, codes: usize, sketches: usize, list: usize, scores: usize,
  n: usize, stride: usize, sketchBytes: usize, columns: usize,
): void {
  listed(EUCLIDEAN, query, codes, sketches, list, scores, n, stride, sketchBytes, columns);
}
