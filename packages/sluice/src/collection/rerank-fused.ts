import { fuse, type Pipeline, parseOptions, pipeline, type Reranker, type Retriever, rerank } from '@sluice/core';
import { linear } from '@sluice/retrievers';
import { z } from 'zod';

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
 * A source whose first results are reranked, by the average of the source's own z-scores and the reranker's.
 *
 * A small reranker and a first search err in different places, so that their average is often better than either.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @example
 * const { reranker, weight } = await openCrossEncoder('cross-minilm');
 * await collection.search(question, { pipeline: rerankFused(collection.pipeline('hybrid'), reranker, { weight }) });
 */
export function rerankFused(source: Retriever, reranker: Reranker, options: RerankFusedOptions = {}): Pipeline {
  const { depth, weight } = parseOptions(rerankFusedOptions, options, 'rerankFused');
  const reranked = pipeline(source, rerank(reranker, { depth }));
  if (weight === 1) return reranked;
  const fusion = linear({ normalization: 'z-score', weights: { [source.name]: 1 - weight, [reranked.name]: weight } });
  return pipeline(fuse([source, reranked], fusion, { name: `${source.name} + ${reranker.name}`, depth }));
}
