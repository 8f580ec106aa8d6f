import { type Pipeline, parseOptions, pipeline, type Reranker, type Retriever, rerank } from '@sluice/core';
import { interpolate } from '@sluice/rerankers';
import { z } from 'zod';
import { standardised } from './standardised.js';

/** The fields of {@link RerankFusedOptions}. */
type RerankFusedFields = {
  /**
   * Results of the source that are reranked; later ones are dropped. At least 1.
   * @default 50
   */
  readonly depth: z.ZodDefault<z.ZodInt>;
  /**
   * Share of the reranker's scores in the average; the source's own have the rest. Above 0, and 1 leaves the reranker alone.
   * @default 1
   */
  readonly weight: z.ZodDefault<z.ZodNumber>;
};

/** Options of {@link rerankFused}. */
export type RerankFusedOptions = z.input<z.ZodObject<RerankFusedFields>>;

const rerankFusedOptions: z.ZodObject<RerankFusedFields, z.core.$strict> = z.strictObject({
  depth: z.int().min(1).default(50),
  weight: z.number().gt(0).max(1).default(1),
});

/**
 * A source whose first results are reranked, by the average of the source's own scores and the reranker's.
 *
 * A small reranker and a first search err in different places, so that their average is often better than either. The
 * source's scores are taken in standard deviations from the mean of its first 1,000 results ({@link standardised}); of the reranker's, logits
 * as they are and others in deviations from the mean of what is reranked ({@link interpolate}).
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @example
 * const { reranker, weight } = await openCrossEncoder('cross-minilm');
 * await collection.search(question, { pipeline: rerankFused(collection.pipeline('hybrid'), reranker, { weight }) });
 */
export function rerankFused(source: Retriever, reranker: Reranker, options: RerankFusedOptions = {}): Pipeline {
  const { depth, weight } = parseOptions(rerankFusedOptions, options, 'rerankFused');
  if (weight === 1) return pipeline(source, rerank(reranker, { depth }));
  return pipeline(standardised(source, depth), rerank(interpolate(reranker, { weight }), { depth }));
}
