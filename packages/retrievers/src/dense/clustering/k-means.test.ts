import { KernelMemory, type Points } from '@sluice/kernels';
import { clusteredVectors, seededNormal } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CentroidTiles } from './centroid-tiles.js';
import { type KMeansOptions, kMeans } from './k-means.js';

const WIDTH = 5;

/** Points on a small grid: equal ones are common, and clusters go empty. */
const grids = fc
  .integer({ min: 1, max: 80 })
  .chain((count) =>
    fc
      .array(fc.integer({ min: -2, max: 2 }), { minLength: count * WIDTH, maxLength: count * WIDTH })
      .map((values) => pointsOf(Float32Array.from(values), WIDTH)),
  );
const choices = fc.record({
  clusters: fc.integer({ min: 1, max: 30 }),
  seed: fc.integer(),
  seeding: fc.constantFrom('sample' as const, 'plus-plus' as const),
  metric: fc.constantFrom('euclidean' as const, 'dot' as const),
});

describe('kMeans', () => {
  it('never raises the distortion, and ends at means of the points that are nearest', () => {
    fc.assert(
      fc.property(grids, choices, (grid, chosen) => {
        const points = chosen.metric === 'dot' ? unit(grid) : grid;
        const { centroids, count, distortions } = kMeans(points, options({ ...chosen, iterations: 100 }));
        expect(count).toBe(Math.min(chosen.clusters, points.count));
        // Sums of float32 scores: each is rounded in its sixth digit.
        for (const [at, now] of distortions.entries()) {
          expect(now).toBeLessThanOrEqual((distortions[at - 1] ?? Number.POSITIVE_INFINITY) + 1e-5);
        }
        const last = distortions.at(-1) ?? Number.NaN;
        expect(Math.abs(bruteDistortion(points, centroids, chosen.metric) - last)).toBeLessThan(1e-4);
      }),
    );
  });

  it.each(['sample', 'plus-plus'] as const)('finds clusters that lie apart: %s', (seeding) => {
    const normal = seededNormal(3);
    const data = Float32Array.from({ length: 400 * 2 }, (_, at) => {
      return 100 * ((at >> 1) % 4) * (at % 2 === 0 ? 1 : -1) + 0.1 * normal();
    });
    const points = pointsOf(data, 2);
    const { centroids } = kMeans(points, options({ clusters: 4, seeding, seed: 5, iterations: 50 }));
    const xs = [...centroids].filter((_, at) => at % 2 === 0).map((x) => Math.round(x / 10) * 10);
    if (seeding === 'plus-plus') expect(xs.sort((a, b) => a - b)).toEqual([0, 100, 200, 300]);
    expect(bruteDistortion(points, centroids, 'euclidean')).toBeLessThan(seeding === 'plus-plus' ? 0.1 : 6000);
  });

  it('has unit centroids when it is spherical', () => {
    const points = unit(pointsOf(clusteredVectors(200, WIDTH, 1).data, WIDTH));
    const { centroids } = kMeans(points, options({ clusters: 9, metric: 'dot' }));
    for (let at = 0; at < centroids.length; at += WIDTH) {
      const squared = centroids.subarray(at, at + WIDTH).reduce((sum, value) => sum + value * value, 0);
      expect(squared).toBeCloseTo(1, 6);
    }
  });

  it('leaves no cluster empty while points lie off their centroids, though most points are equal', () => {
    const data = new Float32Array(150 * WIDTH).fill(1);
    data.set(clusteredVectors(30, WIDTH, 7).data);
    const { centroids } = kMeans(pointsOf(data, WIDTH), options({ clusters: 31, iterations: 50 }));
    expect(bruteDistortion(pointsOf(data, WIDTH), centroids, 'euclidean')).toBeLessThan(1e-9);
  });

  it('gives the same bits again, and without SIMD; another seed gives others', () => {
    const points = pointsOf(clusteredVectors(300, WIDTH, 2).data, WIDTH);
    const run = (change: Partial<KMeansOptions>) => kMeans(points, options({ clusters: 12, ...change })).centroids;
    expect(run({})).toEqual(run({}));
    expect(run({ memory: new KernelMemory({ engine: 'scalar' }) })).toEqual(run({}));
    expect(run({ seed: 2 })).not.toEqual(run({}));
  });

  it('clusters a range of columns as if they were alone, and gives its memory back', () => {
    const { data } = clusteredVectors(100, WIDTH, 4);
    const sliced = Float32Array.from({ length: 100 * 2 }, (_, at) => data[(at >> 1) * WIDTH + 2 + (at % 2)] ?? 0);
    const memory = new KernelMemory();
    const ranged = kMeans({ data, count: 100, stride: WIDTH, from: 2, width: 2 }, options({ memory }));
    expect(ranged.centroids).toEqual(kMeans(pointsOf(sliced, 2), options({})).centroids);
    expect(memory.usedBytes).toBe(0);
  });
});

it('CentroidTiles finds the nearest of brute force, over several blocks of rows', () => {
  const points = pointsOf(clusteredVectors(150, WIDTH, 7).data, WIDTH);
  const centroids = clusteredVectors(21, WIDTH, 8).data;
  const tiles = new CentroidTiles(new KernelMemory(), 'euclidean', pointsOf(centroids, WIDTH));
  const positions = new Uint32Array(150);
  tiles.nearest(points, positions);
  expect([...positions]).toEqual(Array.from({ length: 150 }, (_, row) => bruteNearest(points, row, centroids)));
  const scores = tiles.scoresOf(points.data.subarray(0, WIDTH));
  expect(scores).toHaveLength(21);
  expect(scores.indexOf(Math.max(...scores))).toBe(positions[0]);
});

function options(change: Partial<KMeansOptions>): KMeansOptions {
  const fixed = { clusters: 8, metric: 'euclidean', iterations: 20, seeding: 'sample', seed: 1 } as const;
  return { memory: new KernelMemory(), ...fixed, ...change };
}

function pointsOf(data: Float32Array, width: number): Points {
  return { data, count: data.length / width, stride: width, from: 0, width };
}

function unit(points: Points): Points {
  const data = points.data.slice();
  for (let at = 0; at < data.length; at += points.width) {
    const row = data.subarray(at, at + points.width);
    if (row.every((value) => value === 0)) row[0] = 1;
    const length = Math.hypot(...row);
    row.forEach((value, column) => {
      row[column] = value / length;
    });
  }
  return { ...points, data };
}

function distance(points: Points, row: number, centroids: Float32Array, at: number, metric: string): number {
  let sum = 0;
  for (let column = 0; column < points.width; column++) {
    const [x = 0, y = 0] = [points.data[row * points.stride + column], centroids[at * points.width + column]];
    sum += metric === 'dot' ? x * y : (x - y) ** 2;
  }
  return metric === 'dot' ? 1 - sum : sum;
}

function bruteNearest(points: Points, row: number, centroids: Float32Array): number {
  const distances = Array.from({ length: centroids.length / points.width }, (_, at) =>
    distance(points, row, centroids, at, 'euclidean'),
  );
  return distances.indexOf(Math.min(...distances));
}

function bruteDistortion(points: Points, centroids: Float32Array, metric: string): number {
  let sum = 0;
  for (let row = 0; row < points.count; row++) {
    const distances = Array.from({ length: centroids.length / points.width }, (_, at) =>
      distance(points, row, centroids, at, metric),
    );
    sum += Math.min(...distances);
  }
  return sum / points.count;
}
