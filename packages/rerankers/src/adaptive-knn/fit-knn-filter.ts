import { paced, parseOptions, seededRandom, shuffled } from '@sluice/core';
import { z } from 'zod';
import { judgedFeatures, type LabelledList, sourcesOf } from '../list-adapter/judged-features.js';
import { listFeatures } from '../list-adapter/list-features.js';
import { scalesOf, standardise } from '../network/standard-scales.js';
import type { KnnFilterModel } from './knn-filter-model.js';

/** Options of {@link fitKnnFilter}. */
export interface FitKnnFilterOptions {
  /**
   * Judged candidates that are kept, drawn at random where there are more: a query compares each of its candidates with
   * all of them. At least 2.
   * @default 5000
   */
  readonly points?: number | undefined;
  /**
   * Of the draw; an integer.
   * @default 0
   */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const schema = z.strictObject({ points: z.int().min(2).default(5000), seed: z.int().default(0) });

/**
 * Keeps judged candidates as points, by their scores and how these stand in their list: what `knnFilter` compares with.
 *
 * @param lists of one depth, all with or all without a lexical source
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {InvalidInputError} the lists do not agree in form or have a score that is not finite (`row` names the list), or
 *   there is only one kind of label
 * @throws the signal's `reason`, once it has fired
 */
export async function fitKnnFilter(
  lists: readonly LabelledList[],
  { signal, ...options }: FitKnnFilterOptions = {},
): Promise<KnnFilterModel> {
  const { points: most, seed } = parseOptions(schema, options, 'fitKnnFilter');
  const sources = await paced(sourcesOf(lists), signal);
  const { features, labels } = await paced(judgedFeatures(lists, sources), signal);
  const width = listFeatures(sources).length;
  const { means, deviations } = await paced(scalesOf(features, width), signal);
  await paced(standardise(features, { means, deviations }), signal);
  const drawn = shuffled(labels.length, seededRandom(seed)).subarray(0, most).sort();
  const points = new Float32Array(drawn.length * width);
  for (const [at, row] of drawn.entries()) points.set(features.subarray(row * width, (row + 1) * width), at * width);
  const depth = lists.reduce((deepest, list) => Math.max(deepest, list.labels.length), 1);
  return {
    sources,
    means: [...means],
    deviations: [...deviations],
    points,
    labels: Uint8Array.from(drawn, (row) => labels[row] ?? 0),
    depth,
  };
}
