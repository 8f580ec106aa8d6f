import { unpaced } from '@sluice/core';
import type { TokenMerging } from '../folder/head-spec.js';
import { normalizeRows } from '../normalize-rows.js';
import { TokenMark } from '../tokenizer/token-sequences.js';
import type { EncodedTexts } from './encoded-texts.js';
import { wardClusterSteps } from './ward-clusters.js';

/**
 * Replaces similar vectors of a text by their mean: those that are marked, until a `factor`-th of them is left.
 * Vectors that are not marked stand first, then the means, in the order of their first members.
 *
 * Source: token pooling, arXiv 2409.14683; sizes and defaults as in sentence-transformers' HierarchicalTokenPooling.
 *
 * @param marks of each vector, bits of {@link TokenMark}
 */
export function mergeVectors(
  encoded: EncodedTexts,
  marks: Uint8Array,
  merging: Pick<TokenMerging, 'factor' | 'length'>,
): EncodedTexts {
  return unpaced(mergeVectorSteps(encoded, marks, merging));
}

/** As {@link mergeVectors}, in steps that take time in proportion to the vectors of a text. */
export function* mergeVectorSteps(
  { offsets, indices, values }: EncodedTexts,
  marks: Uint8Array,
  { factor, length }: Pick<TokenMerging, 'factor' | 'length'>,
): Generator<undefined, EncodedTexts> {
  const entries = offsets.at(-1) ?? 0;
  const columns = entries === 0 ? 0 : values.length / entries;
  const merged = new Float32Array(values.length);
  const ends = new Uint32Array(offsets.length);
  let at = 0;
  const append = (vector: Float32Array | Float64Array): void => {
    merged.set(vector, at * columns);
    at += 1;
  };
  for (let text = 0; text + 1 < offsets.length; text++) {
    const [start = 0, end = 0] = [offsets[text], offsets[text + 1]];
    const mergeable: Float32Array[] = [];
    for (let entry = start; entry < end; entry++) {
      const vector = values.subarray(entry * columns, (entry + 1) * columns);
      if (((marks[entry] ?? 0) & TokenMark.mergeable) !== 0) mergeable.push(vector);
      else append(vector);
    }
    for (const mean of yield* meansOf(mergeable, factor, columns)) append(mean);
    ends[text + 1] = at;
  }
  const kept = merged.slice(0, at * columns);
  if (length === 'unit') normalizeRows(kept, columns);
  return { offsets: ends, indices, values: kept };
}

function* meansOf(
  vectors: readonly Float32Array[],
  factor: number,
  columns: number,
): Generator<undefined, readonly (Float32Array | Float64Array)[]> {
  const clusters = Math.max(1, Math.floor(vectors.length / factor));
  if (clusters >= vectors.length) return vectors;
  const distances = yield* cosineDistances(vectors);
  const labels = yield* wardClusterSteps(distances, vectors.length, clusters);
  const sums = Array.from({ length: clusters }, () => new Float64Array(columns));
  const members = new Uint32Array(clusters);
  vectors.forEach((vector, at) => {
    const label = labels[at] ?? 0;
    const sum = sums[label];
    members[label] = (members[label] ?? 0) + 1;
    for (let column = 0; sum && column < columns; column++) sum[column] = (sum[column] ?? 0) + (vector[column] ?? 0);
  });
  return sums.map((sum, label) => sum.map((value) => value / (members[label] ?? 1)));
}

/** 1 - cosine of each pair of unit vectors: a full matrix, n x n, row-major. */
function* cosineDistances(vectors: readonly Float32Array[]): Generator<undefined, Float64Array> {
  const n = vectors.length;
  const distances = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    yield;
    for (let j = 0; j < i; j++) {
      const distance = Math.min(2, Math.max(0, 1 - dot(vectors[i], vectors[j])));
      distances[i * n + j] = distance;
      distances[j * n + i] = distance;
    }
  }
  return distances;
}

function dot(left: Float32Array | undefined, right: Float32Array | undefined): number {
  if (!left || !right) return 0;
  let sum = 0;
  for (let column = 0; column < left.length; column++) sum += (left[column] ?? 0) * (right[column] ?? 0);
  return sum;
}
