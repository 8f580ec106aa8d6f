import {
  CODES, COLUMNS, field, GROUND_DEGREE, LINKS, SKETCH_BYTES, SKETCHES, UPPER_AT, UPPER_DEGREE, UPPER_LINKS,
} from './fields';

// A number of a node is an integer of nine bits times the node's scale: its sign and 120, and a code of eight bits that
// is added. A sketch is the signs, a bit each (set for +), in whole words of 64 bits, and then four float32: the scale,
// the bias, the weight and the error. The weight times the signs estimates the node; the error is how far a unit
// vector's product with that lies from its product with the node, as a standard deviation.
// A block of links is a count and then that many nodes, in the order in which they were chosen. Where the blocks of the
// upper levels begin has the level of the node in its five highest bits.

/** What a sign stands for in a node's integers. */
// @ts-ignore: decorator
@inline
export const HALF: i16 = 120;
// @ts-ignore: decorator
@inline
const LEVEL_SHIFT: u32 = 27;

/** Bytes of the signs in a sketch. */
// @ts-ignore: decorator
@inline
export function widthOf(graph: usize): usize {
  return field(graph, SKETCH_BYTES) - 16;
}

// @ts-ignore: decorator
@inline
export function codeOf(graph: usize, node: u32): usize {
  return field(graph, CODES) + <usize>node * field(graph, COLUMNS);
}

// @ts-ignore: decorator
@inline
export function sketchOf(graph: usize, node: u32): usize {
  return field(graph, SKETCHES) + <usize>node * field(graph, SKETCH_BYTES);
}

// @ts-ignore: decorator
@inline
export function levelOf(graph: usize, node: u32): u32 {
  return load<u32>(field(graph, UPPER_AT) + (<usize>node << 2)) >> LEVEL_SHIFT;
}

// @ts-ignore: decorator
@inline
export function degreeOn(graph: usize, level: u32): usize {
  return level == 0 ? field(graph, GROUND_DEGREE) : field(graph, UPPER_DEGREE);
}

// @ts-ignore: decorator
@inline
export function linksOf(graph: usize, node: u32, level: u32): usize {
  if (level == 0) return field(graph, LINKS) + <usize>node * ((field(graph, GROUND_DEGREE) + 1) << 2);
  const first = load<u32>(field(graph, UPPER_AT) + (<usize>node << 2)) & ((1 << LEVEL_SHIFT) - 1);
  return field(graph, UPPER_LINKS) + <usize>(first + level - 1) * ((field(graph, UPPER_DEGREE) + 1) << 2);
}

/** Eight integers of a node: codes, and eight signs in the low bits. */
// @ts-ignore: decorator
@inline
function eight(code: usize, signs: v128, masks: v128): v128 {
  const isSet = i16x8.eq(v128.and(signs, masks), masks);
  const half = i16x8.sub(v128.and(isSet, i16x8.splat(2 * HALF)), i16x8.splat(HALF));
  return i16x8.add(v128.load8x8_s(code), half);
}

/** Writes a node's integers in 16 bits each. */
export function decodeNode(graph: usize, node: u32, target: usize): void {
  const columns = field(graph, COLUMNS);
  const code = codeOf(graph, node);
  const signs = sketchOf(graph, node);
  const low = i16x8(1, 2, 4, 8, 16, 32, 64, 128);
  const high = i16x8(256, 512, 1024, 2048, 4096, 8192, 16384, -32768);
  for (let at: usize = 0; at < columns; at += 16) {
    const set = v128.load16_splat(signs + (at >> 3));
    v128.store(target + (at << 1), eight(code + at, set, low));
    v128.store(target + (at << 1), eight(code + at + 8, set, high), 16);
  }
}

/** Inner product of integers of 16 bits. */
// @ts-ignore: decorator
@inline
export function dotIntegers(one: usize, other: usize, columns: usize): i32 {
  let a = i32x4.splat(0), b = i32x4.splat(0);
  for (let at: usize = 0; at < columns << 1; at += 32) {
    a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load(one + at), v128.load(other + at)));
    b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load(one + at, 16), v128.load(other + at, 16)));
  }
  const sum = i32x4.add(a, b);
  return (
    i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3)
  );
}
