import { heaviestTerms, parseOptions, type SparseVector, type StageSpec } from '@sluice/core';
import { z } from 'zod';
import { expectImpactSources, type ImpactRetriever, type ImpactSources, impactRetriever } from './impact-retriever.js';
import type { ImpactEvaluation } from './impact-searcher.js';

/** How {@link impact} searches and what its column is called. */
export interface ImpactParameters {
  /**
   * Of the score column.
   * @default 'impact'
   */
  readonly name?: string | undefined;
  /**
   * `pruned` skips windows of documents whose bound is too low, `exhaustive` none. The answers are the same.
   * @default 'pruned'
   */
  readonly evaluation?: ImpactEvaluation | undefined;
  /**
   * The heaviest terms of the query that are searched for; at least 1. Fewer is faster and finds a little less.
   * @default all
   */
  readonly queryTerms?: number | undefined;
  /**
   * Documents of the first search that are scored again with all terms of the query; at least 1. Only with `full`.
   * @default 100, or topK where that is more
   */
  readonly depth?: number | undefined;
  /**
   * Share of the exact best that a search finds on average: above 0 to 1. 1 is exact. Only with `clusters`.
   * @default 0.95 with clusters
   */
  readonly recall?: number | undefined;
}

/** What {@link impact} searches, and how. */
export interface ImpactOptions extends ImpactParameters, ImpactSources {}

interface ParsedParameters {
  readonly name: string;
  readonly evaluation: ImpactEvaluation;
  readonly queryTerms?: number | undefined;
  readonly depth?: number | undefined;
  readonly recall?: number | undefined;
}

const DEFAULT_RECALL = 0.95;

/** What {@link impact} and `splade` have in common. */
export const impactSearchFields: {
  readonly evaluation: z.ZodDefault<z.ZodEnum<{ pruned: 'pruned'; exhaustive: 'exhaustive' }>>;
  readonly depth: z.ZodOptional<z.ZodInt>;
} = {
  evaluation: z.enum(['pruned', 'exhaustive']).default('pruned'),
  depth: z.int().min(1).optional(),
};

/** The parameters as a pipeline file has them. */
export const impactParameters: z.ZodType<ParsedParameters, ImpactParameters> = z
  .strictObject({
    name: z.string().min(1).default('impact'),
    ...impactSearchFields,
    queryTerms: z.int().min(1).optional(),
    recall: z.number().gt(0).max(1).optional(),
  })
  .meta({ title: 'impact' });

/**
 * Finds documents by learned term weights (SPLADE and its kin): the inner product of sparse vectors.
 *
 * A document is found when it has a term of the query. Scores are those of the vectors as the index keeps them, to the
 * last bit, however the search is pruned; with `clusters`, documents may be missed. Queries share the thread in slices
 * of 8 ms. Source: Formal et al., "SPLADE v2" (arXiv 2109.10086); the two stages: Lassance et al., "Two-Step SPLADE"
 * (ECIR 2024).
 *
 * @throws {InvalidOptionsError} a parameter is out of range, or the index has ordinals that the space lacks
 * @throws {FingerprintMismatchError} the embedder, or the full index, is of another model than the index
 * @example impact({ index, space, embedder: splade })
 * @example impact({ index, clusters: clusterImpacts(index), recall: 0.99, space, embedder: splade })
 * @example impact({ index: pruned, full: index, space, embedder: splade, queryTerms: 5, depth: 200 })
 */
export function impact(options: ImpactOptions): ImpactRetriever {
  const { index, space, embedder, full, clusters, bitmapOf, textOf, ...rest } = options;
  const parameters = parseOptions(impactParameters, rest);
  expectImpactSources('impact', options, parameters);
  const { name, evaluation, queryTerms, depth, recall = clusters ? DEFAULT_RECALL : 1 } = parameters;
  return impactRetriever(options, {
    ...{ name, evaluation, depth, recall },
    prune: (query: SparseVector) => (queryTerms === undefined ? query : heaviestTerms(query, queryTerms)),
    toSpec: (): StageSpec => ({
      type: 'impact',
      name,
      evaluation,
      ...(queryTerms !== undefined && { queryTerms }),
      ...(depth !== undefined && { depth }),
      ...(clusters && { recall }),
    }),
  });
}
