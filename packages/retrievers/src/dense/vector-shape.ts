import type { Similarity } from '@sluice/core';
import { z } from 'zod';

/** What an index is made for. */
export interface VectorShape {
  /** Columns of every matrix; an integer, 1 to 65,536. */
  readonly dimensions: number;
  readonly similarity: Similarity;
}

export const vectorShapeFields: {
  dimensions: z.ZodType<number>;
  similarity: z.ZodType<Similarity>;
} = {
  dimensions: z.int().min(1).max(65_536),
  similarity: z.enum(['cosine', 'dot', 'euclidean']),
};
