import { fourRows, onePair } from '../int8';
import {
  BATCH, COLUMNS, ESTIMATES, EVALUATIONS, FACTOR, field, HIGHS, PLANES, QUERY, QUERY_BIAS, QUERY_HIGH_SUM, QUERY_REACH,
  QUERY_SCALE, QUERY_SUM, SCORES, SINK,
} from './fields';
import { codeOf, HALF, sketchOf, widthOf } from './nodes';

/** Sum of the query's high parts where a bit is set. */
// @ts-ignore: decorator
@inline
function highOf(planes: usize, signs: usize, width: usize): i32 {
  let s0: i64 = 0, s1: i64 = 0, s2: i64 = 0, s3: i64 = 0;
  const end = signs + width;
  for (; signs < end; signs += 8) {
    const bits = load<i64>(signs);
    s0 += popcnt<i64>(bits & load<i64>(planes));
    s1 += popcnt<i64>(bits & load<i64>(planes, 8));
    s2 += popcnt<i64>(bits & load<i64>(planes, 16));
    s3 += popcnt<i64>(bits & load<i64>(planes, 24));
    planes += 32;
  }
  return <i32>(s0 + (s1 << 1) + (s2 << 2) - (s3 << 3));
}

/** Sum of the query's low parts where a bit is set. */
// @ts-ignore: decorator
@inline
function lowOf(planes: usize, signs: usize, width: usize): i32 {
  let s0: i64 = 0, s1: i64 = 0, s2: i64 = 0, s3: i64 = 0, s4: i64 = 0;
  const end = signs + width;
  for (; signs < end; signs += 8) {
    const bits = load<i64>(signs);
    s0 += popcnt<i64>(bits & load<i64>(planes));
    s1 += popcnt<i64>(bits & load<i64>(planes, 8));
    s2 += popcnt<i64>(bits & load<i64>(planes, 16));
    s3 += popcnt<i64>(bits & load<i64>(planes, 24));
    s4 += popcnt<i64>(bits & load<i64>(planes, 32));
    planes += 40;
  }
  return <i32>(s0 + (s1 << 1) + (s2 << 2) + (s3 << 3) - (s4 << 4));
}

/** Drops from the batch what its signs say is worse than `bound` by more than the margin; how many stay. */
// @ts-ignore: decorator
@inline
function keepLikely(graph: usize, count: usize, bound: f32): usize {
  const batch = field(graph, BATCH), highs = field(graph, HIGHS);
  const planes = field(graph, PLANES), width = widthOf(graph);
  const highSum = load<i32>(graph + QUERY_HIGH_SUM);
  const scale = load<f32>(graph + QUERY_SCALE);
  const reach = load<f32>(graph + QUERY_REACH);
  const bias = load<f32>(graph + QUERY_BIAS);
  let kept: usize = 0;
  for (let at: usize = 0; at < count; at++) {
    const node = load<u32>(batch + (at << 2));
    const sketch = sketchOf(graph, node);
    const high = highOf(planes, sketch, width);
    const numbers = sketch + width;
    const estimate = <f32>((high << 6) - highSum) * scale * load<f32>(numbers, 8) + load<f32>(numbers, 4) + bias;
    if (estimate + load<f32>(numbers, 12) * reach < bound) continue;
    store<u32>(batch + (kept << 2), node);
    store<i32>(highs + (kept << 2), high);
    kept++;
  }
  store<u32>(graph + ESTIMATES, load<u32>(graph + ESTIMATES) + <u32>count);
  return kept;
}

/**
 * Scores of the query with the nodes of the batch, but for those that will hardly reach `bound`: these are dropped. All
 * cache lines of all codes are asked for first, so that the memory answers many at once; the sum of what was read is
 * kept only so that the reads are made.
 */
export function scoreBatch(graph: usize, offered: usize, bound: f32): usize {
  const count = keepLikely(graph, offered, bound);
  const columns = field(graph, COLUMNS);
  const batch = field(graph, BATCH);
  let sink: u32 = 0;
  for (let at: usize = 0; at < count; at++) {
    const code = codeOf(graph, load<u32>(batch + (at << 2)));
    for (let line: usize = 0; line < columns; line += 64) sink += load<u32>(code + line);
  }
  store<u32>(graph + SINK, sink);
  const query = field(graph, QUERY);
  const scores = field(graph, SCORES);
  let at: usize = 0;
  for (; at + 4 <= count; at += 4) {
    fourRows(
      query,
      codeOf(graph, load<u32>(batch + (at << 2))),
      codeOf(graph, load<u32>(batch + (at << 2), 4)),
      codeOf(graph, load<u32>(batch + (at << 2), 8)),
      codeOf(graph, load<u32>(batch + (at << 2), 12)),
      columns,
      scores + (at << 2),
    );
  }
  for (; at < count; at++) {
    store<i32>(scores + (at << 2), onePair(query, codeOf(graph, load<u32>(batch + (at << 2))), columns));
  }
  finishScores(graph, count);
  store<u32>(graph + EVALUATIONS, load<u32>(graph + EVALUATIONS) + <u32>count);
  return count;
}

/** Adds what the signs are worth to products with codes, and makes them scores. */
// @ts-ignore: decorator
@inline
function finishScores(graph: usize, count: usize): void {
  const batch = field(graph, BATCH), highs = field(graph, HIGHS), scores = field(graph, SCORES);
  const width = widthOf(graph);
  const low = field(graph, PLANES) + 4 * width;
  const sum = load<i32>(graph + QUERY_SUM);
  const scale = load<f32>(graph + QUERY_SCALE);
  const bias = load<f32>(graph + QUERY_BIAS);
  for (let at: usize = 0; at < count; at++) {
    const sketch = sketchOf(graph, load<u32>(batch + (at << 2)));
    const set = (load<i32>(highs + (at << 2)) << 5) + lowOf(low, sketch, width);
    const product = load<i32>(scores + (at << 2)) + <i32>HALF * (2 * set - sum);
    const numbers = sketch + width;
    store<f32>(scores + (at << 2), <f32>product * scale * load<f32>(numbers) + load<f32>(numbers, 4) + bias);
  }
}

/** Score of two nodes, by the product of their integers. */
// @ts-ignore: decorator
@inline
export function scoreOfPair(graph: usize, product: i32, one: u32, other: u32): f32 {
  const width = widthOf(graph);
  const a = sketchOf(graph, one) + width, b = sketchOf(graph, other) + width;
  const scale = load<f32>(a) * load<f32>(graph + FACTOR);
  return <f32>product * scale * load<f32>(b) + load<f32>(b, 4) + load<f32>(a, 4);
}
