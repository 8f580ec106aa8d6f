import { parseOptions, type StageSpec } from '@sluice/core';
import { z } from 'zod';
import { type ImpactParameters, impactSearchFields } from '../impact/impact.js';
import {
  expectImpactSources,
  type ImpactRetriever,
  type ImpactSources,
  impactRetriever,
} from '../impact/impact-retriever.js';
import type { ImpactEvaluation } from '../impact/impact-searcher.js';
import { pruneTerms, type TermPruning, termPruning } from './term-pruning.js';

/** How {@link splade} searches and what its column is called. */
export interface SpladeParameters extends Pick<ImpactParameters, 'evaluation' | 'depth'> {
  /**
   * Of the score column.
   * @default 'splade'
   */
  readonly name?: string | undefined;
  /**
   * The terms of the query that are searched for. Fewer are faster and find a little less.
   * @default all
   */
  readonly queryPruning?: TermPruning | undefined;
}

/** What {@link splade} searches, and how. */
export interface SpladeOptions extends SpladeParameters, Omit<ImpactSources, 'clusters'> {}

interface ParsedParameters {
  readonly name: string;
  readonly evaluation: ImpactEvaluation;
  readonly queryPruning?: z.output<typeof termPruning> | undefined;
  readonly depth?: number | undefined;
}

/** The parameters as a pipeline file has them. */
export const spladeParameters: z.ZodType<ParsedParameters, SpladeParameters> = z
  .strictObject({
    name: z.string().min(1).default('splade'),
    ...impactSearchFields,
    queryPruning: termPruning.optional(),
  })
  .meta({ title: 'splade' });

/**
 * Finds documents by the sparse vectors of a SPLADE model, in one stage or in two.
 *
 * - **Full**: the whole query against whole documents. The default.
 * - **Pruned queries** (`queryPruning`), pruned documents (`pruneRows`, or `documentTerms` of the index's builder).
 * - **Two stages** (`full`): finds with `index`, of pruned documents, and the pruned query, then scores the best `depth`
 *   again with `full` and the whole query. Final scores are those of `full`.
 *
 * How queries are encoded is the embedder's choice: by the model, by a table without running it, or as a bag of words.
 *
 * Source: Formal et al., "SPLADE v2" (arXiv 2109.10086); pruning: {@link TermPruning}; two stages: Lassance et al.,
 * "Two-Step SPLADE" (arXiv 2404.13357). Searches with {@link impact}.
 *
 * @throws {InvalidOptionsError} a parameter is out of range, or the index has ordinals that the space lacks
 * @throws {FingerprintMismatchError} the embedder, or the full index, is of another model than the index
 * @example splade({ index, space, embedder, queryPruning: { mass: 0.9 } })
 * @example splade({ index: pruned, full, space, embedder, queryPruning: { terms: 5 }, depth: 200 })
 */
export function splade(options: SpladeOptions): ImpactRetriever {
  const { index, space, embedder, full, bitmapOf, textOf, ...rest } = options;
  const { name, evaluation, queryPruning, depth } = parseOptions(spladeParameters, rest);
  expectImpactSources('splade', options, { depth });
  return impactRetriever(options, {
    ...{ name, evaluation, depth, recall: 1 },
    prune: (query) => (queryPruning ? pruneTerms(query, queryPruning) : query),
    toSpec: (): StageSpec => ({
      type: 'splade',
      name,
      evaluation,
      ...(queryPruning !== undefined && { queryPruning: written(queryPruning) }),
      ...(depth !== undefined && { depth }),
    }),
  });
}

type ParsedPruning = NonNullable<ParsedParameters['queryPruning']>;

function written({ terms, ...bounds }: ParsedPruning): Readonly<Record<string, number>> {
  return { ...(terms !== undefined && { terms }), ...bounds };
}
