import type { Float32Metric, Points } from '@sluice/kernels';

/** Numbers added in a step. */
const NUMBERS_A_STEP = 1 << 18;

/**
 * Moves each centroid to the mean of its points, summed in double precision; under `dot`, to their mean direction. A
 * centroid without points, or whose points cancel out, stays where it is.
 *
 * In steps of about a millisecond.
 *
 * @param clusters the cluster of each point
 * @param centroids changed
 */
export function* meanSteps(
  points: Points,
  clusters: Uint32Array,
  centroids: Points,
  metric: Float32Metric,
): Generator<undefined, void> {
  const { data, count, stride, from, width } = points;
  const sums = new Float64Array(centroids.count * width);
  const sizes = new Uint32Array(centroids.count);
  const pointsAStep = Math.ceil(NUMBERS_A_STEP / width);
  for (let point = 0; point < count; point++) {
    if (point % pointsAStep === 0) yield;
    const cluster = clusters[point] ?? 0;
    sizes[cluster] = (sizes[cluster] ?? 0) + 1;
    const [target, source] = [cluster * width, point * stride + from];
    for (let column = 0; column < width; column++) {
      sums[target + column] = (sums[target + column] ?? 0) + (data[source + column] ?? 0);
    }
  }
  for (const [cluster, size] of sizes.entries()) {
    const sum = sums.subarray(cluster * width, (cluster + 1) * width);
    const divisor = metric === 'dot' ? lengthOf(sum) : size;
    if (size === 0 || divisor === 0) continue;
    for (let column = 0; column < width; column++) {
      centroids.data[cluster * width + column] = (sum[column] ?? 0) / divisor;
    }
  }
}

function lengthOf(vector: Float64Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}
