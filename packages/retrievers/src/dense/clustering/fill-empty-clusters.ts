import type { Float32Metric } from '@sluice/kernels';

/**
 * Gives each empty cluster the point that is furthest from its centroid, among clusters that keep others; the
 * distortion can only fall. A cluster stays empty where every point lies on its centroid.
 *
 * @param clusters the cluster of each point, changed
 * @param scores of each point with its centroid, changed: best possible for what was moved
 */
export function fillEmptyClusters(
  clusters: Uint32Array,
  scores: Float32Array,
  count: number,
  metric: Float32Metric,
): void {
  const sizes = new Uint32Array(count);
  for (const cluster of clusters) sizes[cluster] = (sizes[cluster] ?? 0) + 1;
  const onCentroid = metric === 'dot' ? 1 : 0;
  for (const [cluster, size] of sizes.entries()) {
    if (size > 0) continue;
    const point = furthest(clusters, scores, sizes);
    if (point === -1 || (scores[point] ?? onCentroid) >= onCentroid) return;
    const left = clusters[point] ?? 0;
    sizes[left] = (sizes[left] ?? 0) - 1;
    sizes[cluster] = 1;
    clusters[point] = cluster;
    scores[point] = onCentroid;
  }
}

function furthest(clusters: Uint32Array, scores: Float32Array, sizes: Uint32Array): number {
  let found = -1;
  for (let point = 0; point < clusters.length; point++) {
    if ((sizes[clusters[point] ?? 0] ?? 0) < 2) continue;
    if (found === -1 || (scores[point] ?? 0) < (scores[found] ?? 0)) found = point;
  }
  return found;
}
