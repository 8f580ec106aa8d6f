import type { EncoderConfig } from './encoder-config.js';
import type { OnnxGraph } from './onnx-graph.js';
import { vectorConstant } from './weight-constants.js';

/** Distances from here on share a bucket. */
const FAR = 128;

/**
 * What each head adds to the score of two tokens by how far they are from each other: 1 x heads x tokens x tokens.
 *
 * Source: T5, arXiv 1910.10683, section 2.1, as MPNet uses it: half of the buckets for each direction.
 *
 * @param table buckets x heads
 * @param tokens the number of tokens, one number
 */
export function relativeBias(graph: OnnxGraph, table: Float32Array, config: EncoderConfig, tokens: string): string {
  const { heads, relativeBuckets, positions } = config;
  // Row `d + positions - 1` is for a key `d` tokens behind its query.
  const rows = 2 * positions - 1;
  const byDistance = new Float32Array(rows * heads);
  for (let row = 0; row < rows; row++) {
    const bucket = bucketOf(row - (positions - 1), relativeBuckets);
    byDistance.set(table.subarray(bucket * heads, (bucket + 1) * heads), row * heads);
  }
  const zero = graph.constant({ type: 'int64', shape: [], bytes: new Uint8Array(8) });
  const one = graph.constant({ type: 'int64', shape: [], bytes: new Uint8Array(BigInt64Array.of(1n).buffer) });
  const count = graph.node('Squeeze', [tokens, graph.integers([0])]);
  const numbered = graph.node('Range', [zero, count, one]);
  const keys = graph.node('Unsqueeze', [numbered, graph.integers([0])]);
  const queries = graph.node('Unsqueeze', [numbered, graph.integers([1])]);
  const row = graph.node('Add', [graph.node('Sub', [keys, queries]), graph.integers([positions - 1])]);
  const gathered = graph.node('Gather', [graph.constant(vectorConstant(byDistance, [rows, heads])), row]);
  // Queries x keys x heads becomes heads x queries x keys: a flat matrix turned, and cut again.
  const flat = graph.node('Reshape', [gathered, graph.integers([-1, heads])]);
  const turned = graph.node('Transpose', [flat]);
  const shape = graph.node('Concat', [graph.integers([1, heads]), tokens, tokens], { integers: { axis: 0 } });
  return graph.node('Reshape', [turned, shape]);
}

/** Keys behind the query count from half of the buckets; near ones have one each, farther ones share, logarithmically. */
export function bucketOf(distance: number, buckets: number): number {
  const half = Math.floor(buckets / 2);
  const side = distance > 0 ? half : 0;
  const size = Math.abs(distance);
  const near = Math.floor(half / 2);
  if (size < near) return side + size;
  const share = Math.log(size / near) / Math.log(FAR / near);
  return side + Math.min(half - 1, near + Math.floor(share * (half - near)));
}
