import { seededRandom, unpaced } from '@sluice/core';
import type { Float32Metric, KernelMemory, Points } from '@sluice/kernels';
import { CentroidTiles } from './centroid-tiles.js';
import { meanSteps } from './cluster-means.js';
import { fillEmptyClusters } from './fill-empty-clusters.js';
import { firstCentroids, type Seeding } from './first-centroids.js';

/** How points are clustered. */
export interface KMeansOptions {
  readonly memory: KernelMemory;
  /** At most so many, at least 1; fewer when there are fewer points. */
  readonly clusters: number;
  /** `euclidean`, or `dot`: spherical, for points of unit length; centroids then have unit length too. */
  readonly metric: Float32Metric;
  /** At most so many rounds; ends sooner when no point changes its cluster. */
  readonly iterations: number;
  readonly seeding: Seeding;
  readonly seed: number;
  /**
   * Centroids to begin with, instead of seeds; changed.
   * @default seeded
   */
  readonly start?: Float32Array;
}

/** What {@link kMeans} found. */
export interface Clustering {
  /** Row-major, `count` rows of the points' width. */
  readonly centroids: Float32Array;
  readonly count: number;
  /**
   * Before each round's move, the mean squared distance of a point to its centroid (spherical: the mean of
   * 1 - cosine). Never rises.
   */
  readonly distortions: readonly number[];
}

/**
 * Lloyd's algorithm. A cluster that loses all its points gets the point that is furthest from its own centroid.
 *
 * The same points, options and seed give the same bits, with and without SIMD.
 *
 * Sources: Lloyd 1982; Dhillon and Modha 2001 for the spherical form. Cost: points x clusters x width multiplications
 * a round.
 *
 * @param points at least one, all finite
 */
export function kMeans(points: Points, options: KMeansOptions): Clustering {
  return unpaced(kMeansSteps(points, options));
}

/** As {@link kMeans}, in steps: a block of points compared with all centroids, or a pass over the points. */
export function* kMeansSteps(points: Points, options: KMeansOptions): Generator<undefined, Clustering> {
  const { memory, metric, iterations } = options;
  const centroids = options.start ?? firstCentroids(points, options, seededRandom(options.seed));
  const count = centroids.length / points.width;
  const shape = { data: centroids, count, stride: points.width, from: 0, width: points.width };
  const tiles = new CentroidTiles(memory, metric, shape);
  try {
    const distortions = yield* lloyd(points, tiles, shape, metric, iterations);
    return { centroids, count, distortions };
  } finally {
    tiles.close();
  }
}

/** Moves the centroids where they are; the distortion before each move. */
function* lloyd(
  points: Points,
  tiles: CentroidTiles,
  centroids: Points,
  metric: Float32Metric,
  iterations: number,
): Generator<undefined, number[]> {
  const clusters = new Uint32Array(points.count);
  const scores = new Float32Array(points.count);
  const distortions: number[] = [];
  let before = clusters;
  for (let round = 0; round < iterations; round++) {
    yield* tiles.nearestInSteps(points, clusters, scores);
    distortions.push(distortionOf(scores, metric));
    if (round > 0 && clusters.every((cluster, at) => cluster === before[at])) break;
    before = clusters.slice();
    fillEmptyClusters(clusters, scores, centroids.count, metric);
    yield* meanSteps(points, clusters, centroids, metric);
    tiles.set(centroids);
  }
  return distortions;
}

function distortionOf(scores: Float32Array, metric: Float32Metric): number {
  const total = scores.reduce((sum, score) => sum + (metric === 'dot' ? 1 - score : -score), 0);
  return total / scores.length;
}
