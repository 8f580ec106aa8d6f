import { InvalidInputError, type Json, matrix, parseOptions } from '@sluice/core';
import { flatIndex } from '@sluice/retrievers';
import { z } from 'zod';
import { floatsFromBase64, floatsToBase64 } from '../base64-floats.js';
import { listFeatures } from '../list-adapter/list-features.js';
import { AdaptiveKnn } from './adaptive-knn.js';

/** Judged candidates, with which others are compared. */
export interface KnnFilterModel {
  /** Whether the lexical features are there. */
  readonly sources: 'lexical' | 'dense-only';
  /** Of each feature over what was judged; points are (feature - mean) / deviation. */
  readonly means: readonly number[];
  readonly deviations: readonly number[];
  /** n x features, row-major, in the order of `listFeatures`. */
  readonly points: Float32Array;
  /** n; 1 relevant, 0 not. */
  readonly labels: Uint8Array;
  /** Candidates in the lists that it was made of; features of longer or shorter lists mean something else. */
  readonly depth: number;
}

const FORMAT = 'sluice-knn-filter';

const savedSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(1),
  sources: z.enum(['lexical', 'dense-only']),
  means: z.array(z.number()),
  deviations: z.array(z.number().positive()),
  points: z.string(),
  labels: z.string().regex(/^[01]+$/, 'it is not a row of 0 and 1'),
  depth: z.int().min(1),
});

/** A model as JSON: what `loadKnnFilter` reads. */
export function knnFilterToJson(model: KnnFilterModel): { readonly [key: string]: Json } {
  const { sources, means, deviations, points, labels, depth } = model;
  return {
    format: FORMAT,
    version: 1,
    sources,
    means,
    deviations,
    points: floatsToBase64(points),
    labels: labels.join(''),
    depth,
  };
}

/**
 * @throws {InvalidOptionsError} it is not one that `knnFilterToJson` could have written
 * @throws {InvalidInputError} its points are not those of its labels
 */
export function loadKnnFilter(json: unknown): KnnFilterModel {
  const { format: _, version: __, points, labels, ...rest } = parseOptions(savedSchema, json, 'loadKnnFilter');
  const model = {
    ...rest,
    points: floatsFromBase64(points, 'points'),
    labels: Uint8Array.from(labels, Number),
  };
  expectKnnFilter(model);
  return model;
}

/** @throws {InvalidInputError} numbers of features, points and labels do not fit, or a number is not finite */
export function expectKnnFilter({ sources, means, deviations, points, labels }: KnnFilterModel): void {
  const width = listFeatures(sources).length;
  const isWhole = means.length === width && deviations.length === width && points.length === labels.length * width;
  if (isWhole && labels.length > 0 && points.every(Number.isFinite)) return;
  const problem = `${points.length} numbers for ${labels.length} candidates of ${width} features`;
  throw new InvalidInputError({ source: 'knn filter model' }, problem, 'Pass a model that fitKnnFilter returned.');
}

/**
 * The neighbours of a model, ready to be asked: one exact search for each of its points.
 *
 * @throws the signal's `reason`, once it has fired
 */
export function neighboursOf(
  { sources, points, labels }: KnnFilterModel,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<AdaptiveKnn> {
  const rows = matrix(points, listFeatures(sources).length);
  const index = flatIndex({ dimensions: rows.columns, similarity: 'euclidean' });
  index.add(
    Uint32Array.from(labels, (_, row) => row),
    rows,
  );
  return AdaptiveKnn.fit({ index, points: rows, labels: Int32Array.from(labels), signal });
}
