import { shuffled } from '@sluice/core';
import type { Float32Metric, Points } from '@sluice/kernels';

/** `sample` takes points at random; `plus-plus` prefers points far from those taken, at the cost of a round or two. */
export type Seeding = 'sample' | 'plus-plus';

/** How many first centroids are taken, and how. */
export interface SeedingOptions {
  readonly clusters: number;
  readonly metric: Float32Metric;
  readonly seeding: Seeding;
}

/**
 * Points to start from, row-major. Fewer than `clusters` where there are fewer points.
 *
 * Source of `plus-plus`: Arthur and Vassilvitskii 2007.
 */
export function firstCentroids(points: Points, options: SeedingOptions, random: () => number): Float32Array {
  const { data, stride, from, width } = points;
  const count = Math.min(options.clusters, points.count);
  const chosen = options.seeding === 'sample' ? shuffled(points.count, random) : spread(points, count, options, random);
  const centroids = new Float32Array(count * width);
  for (let at = 0; at < count; at++) {
    const start = (chosen[at] ?? 0) * stride + from;
    centroids.set(data.subarray(start, start + width), at * width);
  }
  return centroids;
}

/** Each point is taken with a probability in proportion to its distance from the nearest that was taken. */
function spread(points: Points, count: number, { metric }: SeedingOptions, random: () => number): Uint32Array {
  const chosen = new Uint32Array(count);
  const distances = new Float64Array(points.count).fill(Number.POSITIVE_INFINITY);
  let next = Math.floor(random() * points.count);
  for (let at = 0; at < count; at++) {
    chosen[at] = next;
    let total = 0;
    for (let point = 0; point < points.count; point++) {
      const distance = Math.min(distances[point] ?? 0, distanceOf(points, point, next, metric));
      distances[point] = distance;
      total += distance;
    }
    next = drawn(distances, total, random());
  }
  return chosen;
}

/** Under `dot`, 1 - cosine is half the squared distance of unit vectors: the same probabilities. */
function distanceOf({ data, stride, from, width }: Points, left: number, right: number, metric: Float32Metric): number {
  let sum = 0;
  for (let column = from; column < from + width; column++) {
    const [x = 0, y = 0] = [data[left * stride + column], data[right * stride + column]];
    sum += metric === 'dot' ? x * y : (x - y) ** 2;
  }
  return metric === 'dot' ? Math.max(0, 1 - sum) : sum;
}

/** A position, in proportion to its weight; any when all weigh nothing. */
function drawn(weights: Float64Array, total: number, uniform: number): number {
  if (total === 0) return Math.floor(uniform * weights.length);
  let left = uniform * total;
  for (const [at, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return at;
  }
  return weights.length - 1;
}
