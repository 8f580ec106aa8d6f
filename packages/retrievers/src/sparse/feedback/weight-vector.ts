import { compareUtf8 } from '@sluice/core';

/** Weights by term: a sparse vector that is still made of words. */
export type WeightVector = ReadonlyMap<string, number>;

/**
 * The `count` heaviest, heaviest first; equal weights in the order of their UTF-8 bytes. Compared as float32: what
 * differs by the rounding of sums alone is equal.
 */
export function heaviest(vector: WeightVector, count: number): Map<string, number> {
  const sorted = [...vector].sort(
    ([left, a], [right, b]) => Math.fround(b) - Math.fround(a) || compareUtf8(left, right),
  );
  return new Map(sorted.slice(0, count));
}

/** Divided by the sum of the weights (none negative); empty where there is nothing to divide. */
export function unitSum(vector: WeightVector): Map<string, number> {
  return scaled(vector, 1 / sumOf(vector.values(), (weight) => weight));
}

/** Divided by the Euclidean length; empty where there is nothing to divide. */
export function unitLength(vector: WeightVector): Map<string, number> {
  return scaled(vector, 1 / Math.sqrt(sumOf(vector.values(), (weight) => weight * weight)));
}

/** The sum of vectors, each times its factor; terms in the order in which they are first met. */
export function weightedSum(parts: readonly (readonly [WeightVector, number])[]): Map<string, number> {
  const sum = new Map<string, number>();
  for (const [vector, factor] of parts) {
    for (const [term, weight] of vector) sum.set(term, (sum.get(term) ?? 0) + factor * weight);
  }
  return sum;
}

function scaled(vector: WeightVector, factor: number): Map<string, number> {
  if (!Number.isFinite(factor)) return new Map();
  return new Map(Array.from(vector, ([term, weight]) => [term, factor * weight]));
}

function sumOf(values: Iterable<number>, of: (value: number) => number): number {
  let sum = 0;
  for (const value of values) sum += of(value);
  return sum;
}
