import {
  type CallOptions,
  InvalidOptionsError,
  impactScale,
  mapInSlices,
  parseOptions,
  type Query,
  type Ranking,
  type RetrieveOptions,
  rankByScore,
  type StageSpec,
} from '@sluice/core';
import { z } from 'zod';
import { type ImpactOptions, type ImpactRetriever, impact } from '../impact/impact.js';
import type { ImpactExplanation } from '../impact/impact-explanation.js';
import type { ImpactEvaluation } from '../impact/impact-searcher.js';
import { queryWeights } from '../impact/query-weights.js';
import { pruneTerms, type TermPruning, termPruning } from './term-pruning.js';

/** How {@link splade} searches and what its column is called. */
export interface SpladeParameters {
  /**
   * Of the score column.
   * @default 'splade'
   */
  readonly name?: string | undefined;
  /**
   * `pruned` skips documents whose bound is too low, `exhaustive` none. The answers are the same.
   * @default 'pruned'
   */
  readonly evaluation?: ImpactEvaluation | undefined;
  /**
   * The terms of the query that are searched for. Fewer are faster and find a little less.
   * @default all
   */
  readonly queryPruning?: TermPruning | undefined;
  /**
   * Documents of the first search that are scored again with the whole query; at least 1. Only with `full`.
   * @default 100, or topK where that is more
   */
  readonly depth?: number | undefined;
}

/** What {@link splade} searches, and how. */
export interface SpladeOptions
  extends SpladeParameters,
    Pick<ImpactOptions, 'index' | 'space' | 'embedder' | 'full' | 'bitmapOf' | 'textOf'> {}

interface ParsedParameters {
  readonly name: string;
  readonly evaluation: ImpactEvaluation;
  readonly queryPruning?: z.output<typeof termPruning> | undefined;
  readonly depth?: number | undefined;
}

const DEFAULT_DEPTH = 100;

/** The parameters as a pipeline file has them. */
export const spladeParameters: z.ZodType<ParsedParameters, SpladeParameters> = z
  .strictObject({
    name: z.string().min(1).default('splade'),
    evaluation: z.enum(['pruned', 'exhaustive']).default('pruned'),
    queryPruning: termPruning.optional(),
    depth: z.int().min(1).optional(),
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
  if (depth !== undefined && !full) {
    const message = 'has no meaning without a full index to score with again';
    throw new InvalidOptionsError({ owner: 'splade', issues: [{ path: 'depth', message }] });
  }
  const { fingerprint, columns } = index;
  const common = { space, embedder, bitmapOf, textOf, name, evaluation };
  const finder = impact({ ...common, index });
  const scorer = full ? impact({ ...common, index: full }) : finder;
  expectOneModel(options);

  /** The queries with the vectors that they are searched with, and those with which documents are scored. */
  const encoded = async (queries: readonly Query[], call: CallOptions): Promise<Encoded> => {
    const whole = await queryWeights(queries, { fingerprint, columns, embedder }, call);
    const searched = queryPruning ? whole.map((vector) => pruneTerms(vector, queryPruning)) : whole;
    const carrying = (vectors: typeof whole): Query[] =>
      queries.map((query, at) => ({
        ...query,
        sparseVectors: { ...query.sparseVectors, [fingerprint]: vectors[at] ?? nothing },
      }));
    return { searched: carrying(searched), scored: carrying(full ? whole : searched) };
  };

  return {
    name,
    scale: impactScale,
    cutoffs: full ? 'separate' : 'nested',

    async retrieve(queries: readonly Query[], call: RetrieveOptions): Promise<Ranking[]> {
      const { topK, signal } = call;
      parseOptions(z.strictObject({ topK: z.int().min(1) }), { topK }, name);
      const { searched, scored } = await encoded(queries, call);
      if (!full) return finder.retrieve(searched, call);
      const shortlist = Math.max(topK, depth ?? DEFAULT_DEPTH);
      const found = await finder.retrieve(searched, { ...call, topK: shortlist });
      const scores = await scorer.score?.(scored, found, call);
      const rank = ({ ordinals }: Ranking, at: number): Ranking =>
        rankByScore({ space, scale: impactScale, ordinals, scores: scores?.[at] ?? new Float32Array(0) }, topK);
      return mapInSlices(found, rank, { signal });
    },

    async score(queries: readonly Query[], rankings: readonly Ranking[], call: CallOptions = {}) {
      call.signal?.throwIfAborted();
      const { scored } = await encoded(queries, call);
      return (await scorer.score?.(scored, rankings, call)) ?? [];
    },

    async explain(query: Query, ordinal: number, call: CallOptions = {}): Promise<ImpactExplanation> {
      const { scored } = await encoded([query], call);
      return scorer.explain(scored[0] ?? query, ordinal, call);
    },

    toSpec: (): StageSpec => ({
      type: 'splade',
      name,
      evaluation,
      ...(queryPruning !== undefined && { queryPruning: written(queryPruning) }),
      ...(depth !== undefined && { depth }),
    }),
  };
}

type ParsedPruning = NonNullable<ParsedParameters['queryPruning']>;

function written({ terms, ...bounds }: ParsedPruning): Readonly<Record<string, number>> {
  return { ...(terms !== undefined && { terms }), ...bounds };
}

interface Encoded {
  readonly searched: readonly Query[];
  readonly scored: readonly Query[];
}

const nothing = { indices: new Uint32Array(0), values: new Float32Array(0) };

/** Both indexes are of one model; `impact` has compared each with the embedder alone. */
function expectOneModel({ index, space, embedder, full, bitmapOf }: SpladeOptions): void {
  if (full) impact({ index, full, space, embedder, bitmapOf });
}
