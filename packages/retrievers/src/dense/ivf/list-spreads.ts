import type { Similarity } from '@sluice/core';
import type { Points } from '@sluice/kernels';

/**
 * How far the points of each list are from their mean: the mean squared distance. Under cosine, of unit vectors from
 * their raw mean, which lies within the sphere. A list without points has the spread of all.
 *
 * @param lists the list of each point
 * @param centroids row-major, of the points' width
 */
export function spreadsOf(
  points: Points,
  lists: Uint32Array,
  centroids: Float32Array,
  similarity: Similarity,
): Float32Array {
  const { data, count, stride, from, width } = points;
  const sums = new Float64Array(centroids.length / width);
  const sizes = new Uint32Array(sums.length);
  for (let point = 0; point < count; point++) {
    const list = lists[point] ?? 0;
    let sum = 0;
    for (let column = 0; column < width; column++) {
      const [x = 0, centre = 0] = [data[point * stride + from + column], centroids[list * width + column]];
      sum += similarity === 'cosine' ? x * centre : (x - centre) ** 2;
    }
    sums[list] = (sums[list] ?? 0) + sum;
    sizes[list] = (sizes[list] ?? 0) + 1;
  }
  const overall = sums.reduce((sum, each) => sum + each, 0) / count;
  return Float32Array.from(sums, (sum, list) => {
    const size = sizes[list] ?? 0;
    const mean = size === 0 ? overall : sum / size;
    return similarity === 'cosine' ? Math.max(0, 1 - mean * mean) : mean;
  });
}

/** What is known of a list when its vectors are not. */
export interface ListOutlook {
  /** Of the query with the centroid; larger is nearer. */
  readonly score: number;
  /** See {@link spreadsOf}. */
  readonly spread: number;
  /** Of the query; 1 under cosine. */
  readonly length: number;
}

/**
 * The score that lies `deviations` standard deviations above the mean of a list, its vectors being spread about their
 * mean evenly in all directions. The number of directions is left out: it is one factor for all, and `deviations` is
 * measured, not derived.
 *
 * So a list is worth reading when this is above the score of the worst neighbour found: few lists for a query among
 * its like, and many for one that lies apart from all.
 */
export function reachOf(similarity: Similarity, { score, spread, length }: ListOutlook, deviations: number): number {
  if (similarity === 'cosine') return score * Math.sqrt(1 - spread) + deviations * Math.sqrt(spread);
  if (similarity === 'dot') return score + deviations * length * Math.sqrt(spread);
  return score - spread + deviations * deviationOfDistances(score, spread);
}

/** How many deviations above its list's mean a score is: the inverse of {@link reachOf}. */
export function deviationsOf(similarity: Similarity, outlook: ListOutlook, reached: number): number {
  const { score, spread, length } = outlook;
  const missing = reached - reachOf(similarity, outlook, 0);
  if (similarity === 'cosine') return ratio(missing, Math.sqrt(spread));
  if (similarity === 'dot') return ratio(missing, length * Math.sqrt(spread));
  return ratio(missing, deviationOfDistances(score, spread));
}

/** Of a squared distance: of its part along the line to the query, and of its own. */
function deviationOfDistances(score: number, spread: number): number {
  return 2 * Math.sqrt(Math.max(0, -score) * spread) + spread;
}

/** Where nothing is spread, any effort reaches the mean. */
function ratio(missing: number, deviation: number): number {
  return deviation === 0 ? 0 : missing / deviation;
}
