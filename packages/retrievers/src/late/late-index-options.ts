import type { MultiVectors } from '@sluice/core';
import { z } from 'zod';

/** What a {@link LateIndex} is made with, and keeps. */
export interface LateIndexSettings {
  readonly clusters: number | 'auto';
  readonly trainingVectors: number;
  readonly iterations: number;
  readonly recall: number;
  readonly seed: number;
}

/** Options of `lateIndex`. */
export interface LateIndexOptions {
  /**
   * Centroids that token vectors are sorted by, 1 to 65,536. `auto`: four times the square root of the number of vectors.
   * @default 'auto'
   */
  readonly clusters?: number | 'auto' | undefined;
  /**
   * Vectors for each centroid that the clustering looks at; at least 1.
   * @default 32
   */
  readonly trainingVectors?: number | undefined;
  /**
   * Rounds of clustering, at least 1.
   * @default 6
   */
  readonly iterations?: number | undefined;
  /**
   * Share of the true best documents that a search finds on average, unless it asks for another; above 0 to 1. 1 compares
   * all.
   * @default 0.95
   */
  readonly recall?: number | undefined;
  /** @default 1 */
  readonly seed?: number | undefined;
  /**
   * Queries to measure recall with, like those that are to come: at most 64 are used. Better than what is made up, because
   * a model encodes queries in another way than documents.
   * @default vectors of held-out documents, moved
   */
  readonly sampleQueries?: MultiVectors | undefined;
}

/** The fields of {@link LateIndexSettings}, without defaults, as a saved index has them. */
export const lateIndexSettings: z.ZodType<LateIndexSettings> = z.strictObject({
  clusters: z.union([z.int().min(1).max(65_536), z.literal('auto')]),
  trainingVectors: z.int().min(1),
  iterations: z.int().min(1),
  recall: z.number().gt(0).max(1),
  seed: z.int(),
});

export const lateIndexOptions: z.ZodType<
  LateIndexSettings & { readonly sampleQueries?: MultiVectors | undefined },
  LateIndexOptions
> = z.strictObject({
  clusters: z.union([z.int().min(1).max(65_536), z.literal('auto')]).default('auto'),
  trainingVectors: z.int().min(1).default(32),
  iterations: z.int().min(1).default(6),
  recall: z.number().gt(0).max(1).default(0.95),
  seed: z.int().default(1),
  sampleQueries: z.custom<MultiVectors>((value) => typeof value === 'object' && value !== null).optional(),
});
