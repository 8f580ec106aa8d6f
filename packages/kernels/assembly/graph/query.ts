import {
  COLUMNS, FACTOR, field, MARGIN, PLANES, QUERY, QUERY_BIAS, QUERY_HIGH_SUM, QUERY_OWN_SCALE, QUERY_REACH, QUERY_SCALE,
  QUERY_SIZES, QUERY_SQUARES, QUERY_SUM,
} from './fields';
import { codeOf, decodeNode, HALF, sketchOf, widthOf } from './nodes';

// A query is integers of nine bits, -239 to 239, as a node's are. Each is 32 times a high part of four bits and a low
// part of five, both in two's complement, kept as planes of bits: for each 64 columns the words of the high planes, from
// the lowest bit up; then, behind all of these, those of the low planes in the same way.

/** Sixteen columns from `at` on, in planes of which there are `count`. */
// @ts-ignore: decorator
@inline
function storePlanes(parts: v128, count: usize, planes: usize, at: usize): void {
  const target = planes + (at >> 6) * (count << 3) + ((at & 63) >> 3);
  for (let plane: usize = 0; plane < count; plane++) {
    store<u16>(target + (plane << 3), <u16>i8x16.bitmask(i8x16.shl(parts, 7 - <i32>plane)));
  }
}

// @ts-ignore: decorator
@inline
function sumOf(sums: v128): i32 {
  return (
    i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3)
  );
}

/** Makes everything that follows from a query's integers and its scale. */
export function prepareQuery(graph: usize): void {
  const columns = field(graph, COLUMNS), query = field(graph, QUERY), planes = field(graph, PLANES);
  const width = widthOf(graph);
  memory.fill(planes, 0, 9 * width);
  const ones = i16x8.splat(1), sixteen = i16x8.splat(16);
  let sums = i32x4.splat(0), highs = i32x4.splat(0), sizes = i32x4.splat(0), squares = i32x4.splat(0);
  for (let at: usize = 0; at < columns; at += 16) {
    const a = v128.load(query + (at << 1)), b = v128.load(query + (at << 1), 16);
    const highA = i16x8.shr_s(i16x8.add(a, sixteen), 5), highB = i16x8.shr_s(i16x8.add(b, sixteen), 5);
    const lowA = i16x8.sub(a, i16x8.shl(highA, 5)), lowB = i16x8.sub(b, i16x8.shl(highB, 5));
    storePlanes(i8x16.narrow_i16x8_s(highA, highB), 4, planes, at);
    storePlanes(i8x16.narrow_i16x8_s(lowA, lowB), 5, planes + 4 * width, at);
    sums = i32x4.add(sums, i32x4.dot_i16x8_s(i16x8.add(a, b), ones));
    highs = i32x4.add(highs, i32x4.dot_i16x8_s(i16x8.add(highA, highB), ones));
    sizes = i32x4.add(sizes, i32x4.dot_i16x8_s(i16x8.add(i16x8.abs(a), i16x8.abs(b)), ones));
    squares = i32x4.add(squares, i32x4.add(i32x4.dot_i16x8_s(a, a), i32x4.dot_i16x8_s(b, b)));
  }
  store<i32>(graph + QUERY_SUM, sumOf(sums));
  store<i32>(graph + QUERY_HIGH_SUM, sumOf(highs) << 5);
  store<i32>(graph + QUERY_SIZES, sumOf(sizes));
  store<i32>(graph + QUERY_SQUARES, sumOf(squares));
  const scale = load<f32>(graph + QUERY_OWN_SCALE) * load<f32>(graph + FACTOR);
  store<f32>(graph + QUERY_SCALE, scale);
  store<f32>(graph + QUERY_REACH, scale * sqrt<f32>(<f32>sumOf(squares)) * load<f32>(graph + MARGIN));
}

/** Stores the query as a node. */
export function packNode(graph: usize, node: u32): void {
  prepareQuery(graph);
  const columns = field(graph, COLUMNS), query = field(graph, QUERY), width = widthOf(graph);
  const code = codeOf(graph, node), sketch = sketchOf(graph, node);
  memory.fill(sketch, 0, width);
  const zero = i16x8.splat(0), twice = i16x8.splat(2 * HALF), half = i16x8.splat(HALF);
  for (let at: usize = 0; at < columns; at += 16) {
    const a = v128.load(query + (at << 1)), b = v128.load(query + (at << 1), 16);
    const isA = i16x8.ge_s(a, zero), isB = i16x8.ge_s(b, zero);
    store<u16>(sketch + (at >> 3), <u16>i8x16.bitmask(i8x16.narrow_i16x8_s(isA, isB)));
    const codeA = i16x8.sub(i16x8.add(a, half), v128.and(isA, twice));
    const codeB = i16x8.sub(i16x8.add(b, half), v128.and(isB, twice));
    v128.store(code + at, i8x16.narrow_i16x8_s(codeA, codeB));
  }
  const scale = load<f32>(graph + QUERY_OWN_SCALE);
  const squares = <f32>load<i32>(graph + QUERY_SQUARES);
  const sizes = max<f32>(1, <f32>load<i32>(graph + QUERY_SIZES));
  const numbers = <f32>columns;
  const spread = max<f32>(0, numbers * squares / sizes / sizes - 1) / (numbers - 1);
  store<f32>(sketch + width, scale);
  store<f32>(sketch + width, load<f32>(graph + QUERY_BIAS), 4);
  store<f32>(sketch + width, scale * squares / sizes, 8);
  store<f32>(sketch + width, scale * sqrt<f32>(squares) * sqrt<f32>(spread), 12);
}

/** Who looks for links need not be as sure as who answers: half the margin finds links that are as good. */
// @ts-ignore: decorator
@inline
const LINKING_SHARE: f32 = 0.5;

/** Asks for what is near a node, to link it. */
export function queryNode(graph: usize, node: u32): void {
  const numbers = sketchOf(graph, node) + widthOf(graph);
  decodeNode(graph, node, field(graph, QUERY));
  store<f32>(graph + QUERY_OWN_SCALE, load<f32>(numbers));
  store<f32>(graph + QUERY_BIAS, load<f32>(numbers, 4));
  prepareQuery(graph);
  store<f32>(graph + QUERY_REACH, load<f32>(graph + QUERY_REACH) * LINKING_SHARE);
}
