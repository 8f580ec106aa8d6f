import { CODEWORDS, type KernelMemory, type Points } from '@sluice/kernels';
import type { Seeding } from '../clustering/first-centroids.js';
import { kMeans } from '../clustering/k-means.js';
import { partStarts } from './product-quantizer.js';

/** How codebooks are trained. */
export interface CodebookOptions {
  readonly memory: KernelMemory;
  readonly parts: number;
  readonly iterations: number;
  readonly seeding: Seeding;
  readonly seed: number;
  /** Codebooks to go on from; not changed. */
  readonly start?: Float32Array;
}

/**
 * 256 codewords for each part of the points' columns, by k-means; where there are fewer points, the last is repeated.
 *
 * @returns what `ProductQuantizer` takes
 */
export function trainCodebooks(points: Points, options: CodebookOptions): Float32Array {
  const { width } = points;
  const codebooks = new Float32Array(CODEWORDS * width);
  const starts = partStarts(width, options.parts);
  for (let part = 0; part < options.parts; part++) {
    const [from = 0, end = 0] = starts.subarray(part, part + 2);
    const columns = { ...points, from: points.from + from, width: end - from };
    const book = trainPart(columns, options, options.seed + part, from);
    for (let word = 0; word < CODEWORDS; word++) {
      const at = Math.min(word, book.count - 1) * columns.width;
      const codeword = book.centroids.subarray(at, at + columns.width);
      codebooks.set(codeword, from * CODEWORDS + word * columns.width);
    }
  }
  return codebooks;
}

function trainPart(
  columns: Points,
  { memory, iterations, seeding, start }: CodebookOptions,
  seed: number,
  from: number,
): { readonly centroids: Float32Array; readonly count: number } {
  const first = from * CODEWORDS;
  const begin = start?.slice(first, first + columns.width * CODEWORDS);
  return kMeans(columns, {
    ...{ memory, clusters: CODEWORDS, metric: 'euclidean', iterations, seeding, seed },
    ...(begin && { start: begin }),
  });
}
