import {
  type CallOptions,
  type DocumentSpace,
  FingerprintMismatchError,
  InvalidOptionsError,
  impactScale,
  mapInSlices,
  parseOptions,
  type Query,
  Ranking,
  type RetrieveOptions,
  type Retriever,
  rankByScore,
  type SparseEmbedder,
  type SparseVector,
  type StageSpec,
} from '@sluice/core';
import { z } from 'zod';
import { checkedRetrieval } from '../../checked-retrieval.js';
import { expectCovered, expectSpace } from '../../expect-space.js';
import type { BitmapOf } from '../../resolve-filter.js';
import type { ScoredOrdinals } from '../top-documents.js';
import type { ClusteredImpacts } from './clustered/clustered-impacts.js';
import { heaviestTerms } from './heaviest-terms.js';
import { explainImpact, type ImpactExplanation } from './impact-explanation.js';
import type { ImpactIndex } from './impact-index.js';
import { type ImpactEvaluation, type ImpactSearch, ImpactSearcher } from './impact-searcher.js';
import { queryWeights } from './query-weights.js';

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
export interface ImpactOptions extends ImpactParameters {
  readonly index: ImpactIndex;
  /** Whose ordinals the index has. */
  readonly space: DocumentSpace;
  /**
   * The model that encodes the queries; must be the one that encoded the documents.
   * @default none: every query brings its vector, in `sparseVectors` under the index's fingerprint
   */
  readonly embedder?: SparseEmbedder | undefined;
  /**
   * Two stages: finds with `index` (of pruned vectors) and with `queryTerms`, then scores the best `depth` again with
   * this index and the whole query. May be the same index, where only queries are pruned. Final scores are its scores.
   * @default one stage
   */
  readonly full?: ImpactIndex | undefined;
  /**
   * Of the index: finds a chosen share of the best without scoring the rest. Where no walk of the clusters finds that
   * share, the index is searched instead.
   * @default none: exact
   */
  readonly clusters?: ClusteredImpacts | undefined;
  /**
   * The documents that pass a filter; a bitmap of the space's size. Without it, filters are refused.
   * @default none
   */
  readonly bitmapOf?: BitmapOf | undefined;
  /**
   * The text of a term, for explanations.
   * @default none: terms are explained by their numbers
   */
  readonly textOf?: ((term: number) => string) | undefined;
}

/** A {@link Retriever} that can say how a score came about. */
export interface ImpactRetriever extends Retriever {
  /**
   * Encodes the query and explains the final score of one document.
   *
   * @throws {RangeError} `ordinal` is not in the space
   */
  explain(query: Query, ordinal: number, options?: CallOptions): Promise<ImpactExplanation>;
}

interface ParsedParameters {
  readonly name: string;
  readonly evaluation: ImpactEvaluation;
  readonly queryTerms?: number | undefined;
  readonly depth?: number | undefined;
  readonly recall?: number | undefined;
}

const DEFAULT_DEPTH = 100;
const DEFAULT_RECALL = 0.95;

/** The parameters as a pipeline file has them. */
export const impactParameters: z.ZodType<ParsedParameters, ImpactParameters> = z
  .strictObject({
    name: z.string().min(1).default('impact'),
    evaluation: z.enum(['pruned', 'exhaustive']).default('pruned'),
    queryTerms: z.int().min(1).optional(),
    depth: z.int().min(1).optional(),
    recall: z.number().gt(0).max(1).optional(),
  })
  .meta({ title: 'impact' });

/**
 * Finds documents by learned term weights (SPLADE and its kin): the inner product of sparse vectors.
 *
 * A document is found when it has a term of the query. Scores are those of the vectors as the index keeps them, to the
 * last bit, however the search is pruned; with `clusters`, documents may be missed. Queries share the thread in slices of 8 ms. Source: Formal et al., "SPLADE v2"
 * (arXiv 2109.10086); the two stages: Lassance et al., "Two-Step SPLADE" (ECIR 2024).
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
  expectMatch(options);
  const { name, evaluation, queryTerms, depth, recall = clusters ? DEFAULT_RECALL : 1 } = parameters;
  const sources = { fingerprint: index.fingerprint, columns: index.columns, embedder };
  const searcher = new ImpactSearcher(index, space);
  const scorer = full ? new ImpactSearcher(full, space) : searcher;
  const pruned = (query: SparseVector): SparseVector => (queryTerms ? heaviestTerms(query, queryTerms) : query);
  const scored = (query: SparseVector): SparseVector => (full ? query : pruned(query));

  const find = (query: SparseVector, { topK, filter }: ImpactSearch): ScoredOrdinals => {
    const effort = clusters && recall < 1 ? clusters.effortFor(recall, topK) : Infinity;
    if (clusters && effort < Infinity) return clusters.search(space, query, { topK, filter, effort });
    return searcher.search(query, { topK, filter, evaluation });
  };
  const search = (query: SparseVector, { topK, filter }: ImpactSearch): Ranking => {
    if (!full) return new Ranking({ space, scale: impactScale, ...find(pruned(query), { topK, filter }) });
    const { ordinals } = find(pruned(query), { topK: Math.max(topK, depth ?? DEFAULT_DEPTH), filter });
    return rankByScore({ space, scale: impactScale, ordinals, scores: scorer.score(query, ordinals) }, topK);
  };

  return {
    name,
    scale: impactScale,
    cutoffs: full || recall < 1 ? 'separate' : 'nested',

    async retrieve(queries: readonly Query[], call: RetrieveOptions): Promise<Ranking[]> {
      const { topK, filter } = await checkedRetrieval(name, call, bitmapOf);
      const weights = await queryWeights(queries, sources, call);
      return mapInSlices(weights, (query) => search(query, { topK, filter }), { signal: call.signal });
    },

    async score(
      queries: readonly Query[],
      rankings: readonly Ranking[],
      call: CallOptions = {},
    ): Promise<Float32Array[]> {
      call.signal?.throwIfAborted();
      expectSpace(space, rankings);
      const weights = await queryWeights(queries, sources, call);
      const scoreOne = (query: SparseVector, at: number): Float32Array =>
        scorer.score(scored(query), rankings[at]?.ordinals ?? new Uint32Array(0));
      return mapInSlices(weights, scoreOne, { signal: call.signal });
    },

    async explain(query: Query, ordinal: number, call: CallOptions = {}): Promise<ImpactExplanation> {
      const [weights] = await queryWeights([query], sources, call);
      const vector = weights ?? { indices: new Uint32Array(0), values: new Float32Array(0) };
      return explainImpact(scored(vector), ordinal, { index: full ?? index, space, textOf });
    },

    toSpec: (): StageSpec => ({
      type: 'impact',
      name,
      evaluation,
      ...(queryTerms !== undefined && { queryTerms }),
      ...(depth !== undefined && { depth }),
      ...(clusters && { recall }),
    }),
  };
}

function expectMatch({ index, space, embedder, full, clusters, depth, recall }: ImpactOptions): void {
  const owner = 'impact';
  expectCovered(owner, index, space);
  if (full) expectCovered(owner, full, space);
  for (const other of [embedder, full]) {
    if (other && other.fingerprint !== index.fingerprint) {
      throw new FingerprintMismatchError({ indexed: index.fingerprint, loaded: other.fingerprint });
    }
  }
  const columns = [embedder?.vocabularySize, full?.columns].find(
    (each) => each !== undefined && each !== index.columns,
  );
  if (columns !== undefined) {
    const message = `the index has ${index.columns} terms and the other ${columns}`;
    throw new InvalidOptionsError({ owner, issues: [{ path: full ? 'full' : 'embedder', message }] });
  }
  if (clusters) expectOfIndex(owner, clusters, index);
  if (recall !== undefined && recall !== 1 && !clusters) {
    const message = 'below 1 takes clusters: make them with clusterImpacts';
    throw new InvalidOptionsError({ owner, issues: [{ path: 'recall', message }] });
  }
  if (depth !== undefined && !full) {
    const message = 'has no meaning without a full index to score with again';
    throw new InvalidOptionsError({ owner, issues: [{ path: 'depth', message }] });
  }
}

/** Clusters of other vectors would give other scores. */
function expectOfIndex(owner: string, clusters: ClusteredImpacts, index: ImpactIndex): void {
  for (const name of ['fingerprint', 'columns', 'size', 'postings', 'scale'] as const) {
    if (clusters[name] === index[name]) continue;
    const message = `are of an index with the ${name} ${clusters[name]}, and this one has ${index[name]}`;
    throw new InvalidOptionsError({ owner, issues: [{ path: 'clusters', message }] });
  }
}
