import { type MultiVectors, matrix, parseOptions, vectorsOf } from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import { CentroidTiles } from '../../dense/clustering/centroid-tiles.js';
import { kMeansSteps } from '../../dense/clustering/k-means.js';

/** Options of {@link pseudoQuerySteps}. */
export interface PseudoQueryOptions {
  /**
   * Vectors of a document, at most; 1 is the mean. 1 to 1,024.
   * @default 4
   */
  readonly clusters?: number | undefined;
  /**
   * Rounds of clustering, at least 1.
   * @default 20
   */
  readonly iterations?: number | undefined;
}

const schema: z.ZodType<{ clusters: number; iterations: number }, PseudoQueryOptions> = z.strictObject({
  clusters: z.int().min(1).max(1024).default(4),
  iterations: z.int().min(1).default(20),
});

/**
 * A few vectors for each text in the place of all: the means of clusters of its token vectors, by distance. What a query
 * about a part of the document would look like.
 *
 * Starts at vectors that are evenly spaced in the text, so the same text has the same clusters each time. A cluster that
 * is empty in the end is left out: it would be a vector that stands for nothing. A text of fewer vectors than clusters
 * has as many clusters as vectors, or fewer where some are equal. In steps of some milliseconds at most.
 *
 * Source: Tang et al., "Improving Document Representations by Generating Pseudo Query Embeddings for Dense Retrieval"
 * (arXiv 2105.03599).
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @example const few = await paced(pseudoQuerySteps(await colbert.encodeDocuments(texts), { clusters: 4 }));
 */
export function* pseudoQuerySteps(
  vectors: MultiVectors,
  options: PseudoQueryOptions = {},
): Generator<undefined, MultiVectors> {
  const { clusters, iterations } = parseOptions(schema, options, 'pseudoQuerySteps');
  const { columns } = vectors.vectors;
  const memory = new KernelMemory();
  const offsets = new Uint32Array(vectors.texts + 1);
  const parts: Float32Array[] = [];
  for (let text = 0; text < vectors.texts; text++) {
    const { data, rows: count } = vectorsOf(vectors, text);
    const points = { data, count, stride: columns, from: 0, width: columns };
    const means = count === 0 ? new Float32Array(0) : yield* meansSteps(memory, points, { clusters, iterations });
    parts.push(means);
    offsets[text + 1] = (offsets[text] ?? 0) + means.length / columns;
    yield;
  }
  const data = new Float32Array((offsets[vectors.texts] ?? 0) * columns);
  for (const [text, part] of parts.entries()) data.set(part, (offsets[text] ?? 0) * columns);
  return { texts: vectors.texts, offsets, vectors: matrix(data, columns) };
}

function* meansSteps(
  memory: KernelMemory,
  points: Parameters<typeof kMeansSteps>[0],
  { clusters, iterations }: { readonly clusters: number; readonly iterations: number },
): Generator<undefined, Float32Array> {
  const start = evenlySpaced(points, Math.min(clusters, points.count));
  const fixed = { metric: 'euclidean', seeding: 'sample', seed: 0 } as const;
  const { centroids, count } = yield* kMeansSteps(points, { memory, clusters, iterations, ...fixed, start });
  const { width } = points;
  const tiles = new CentroidTiles(memory, 'euclidean', { data: centroids, count, stride: width, from: 0, width });
  const nearest = new Uint32Array(points.count);
  try {
    yield* tiles.nearestInSteps(points, nearest);
  } finally {
    tiles.close();
  }
  return meansOf(points, nearest, count);
}

/** Means of the clusters that have points, in the order of the clusters; summed in double precision. */
function meansOf(
  { data, width }: Parameters<typeof kMeansSteps>[0],
  clusters: Uint32Array,
  count: number,
): Float32Array {
  const sums = new Float64Array(count * width);
  const sizes = new Uint32Array(count);
  for (const [point, cluster] of clusters.entries()) {
    sizes[cluster] = (sizes[cluster] ?? 0) + 1;
    for (let column = 0; column < width; column++) {
      const at = cluster * width + column;
      sums[at] = (sums[at] ?? 0) + (data[point * width + column] ?? 0);
    }
  }
  const filled = [...sizes.keys()].filter((cluster) => (sizes[cluster] ?? 0) > 0);
  const means = new Float32Array(filled.length * width);
  for (const [at, cluster] of filled.entries()) {
    const sum = sums.subarray(cluster * width, (cluster + 1) * width);
    means.set(
      sum.map((value) => value / (sizes[cluster] ?? 1)),
      at * width,
    );
  }
  return means;
}

/** Points from the middles of as many equal parts: never the first where there are more points, which is a marker. */
function evenlySpaced({ data, count, width }: Parameters<typeof kMeansSteps>[0], parts: number): Float32Array {
  const chosen = new Float32Array(parts * width);
  for (let part = 0; part < parts; part++) {
    const point = Math.floor(((part + 0.5) * count) / parts);
    chosen.set(data.subarray(point * width, (point + 1) * width), part * width);
  }
  return chosen;
}
