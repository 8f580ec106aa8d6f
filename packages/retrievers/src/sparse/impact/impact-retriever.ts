import {
  type CallOptions,
  type DocumentSpace,
  FingerprintMismatchError,
  InvalidOptionsError,
  impactScale,
  mapInSlices,
  type Query,
  Ranking,
  type RetrieveOptions,
  type Retriever,
  rankByScore,
  type SparseEmbedder,
  type SparseVector,
  type StageSpec,
} from '@sluice/core';
import { checkedRetrieval } from '../../checked-retrieval.js';
import { expectCovered, expectSpace } from '../../expect-space.js';
import type { BitmapOf } from '../../resolve-filter.js';
import type { ScoredOrdinals } from '../top-documents.js';
import type { ClusteredImpacts } from './clustered/clustered-impacts.js';
import { explainImpact, type ImpactExplanation } from './impact-explanation.js';
import type { ImpactIndex } from './impact-index.js';
import { type ImpactEvaluation, type ImpactSearch, ImpactSearcher } from './impact-searcher.js';
import { queryWeights } from './query-weights.js';

/** What is searched by learned term weights. */
export interface ImpactSources {
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
   * share, and for queries whose terms have at most 65,536 postings, the index is searched instead.
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

  /**
   * The same for several documents, in their order: encodes the query once.
   *
   * @throws {RangeError} an ordinal is not in the space
   */
  explainAll(query: Query, ordinals: readonly number[], options?: CallOptions): Promise<ImpactExplanation[]>;
}

/** How a retriever searches its sources. */
export interface ImpactRetrieval {
  readonly name: string;
  readonly evaluation: ImpactEvaluation;
  /** What is searched for of a query. */
  readonly prune: (query: SparseVector) => SparseVector;
  /** Documents that are scored again, where there is a full index. */
  readonly depth: number | undefined;
  /** Share of the exact best that clusters must find. 1: the index itself is searched. */
  readonly recall: number;
  readonly toSpec: () => StageSpec;
}

const DEFAULT_DEPTH = 100;

/** Up to so many postings of a query's terms, to score all of them is quicker than to choose among clusters. */
const FEW_POSTINGS = 65_536;

/** The retriever over sources that {@link expectImpactSources} has let pass. */
export function impactRetriever(sources: ImpactSources, retrieval: ImpactRetrieval): ImpactRetriever {
  const { index, space, embedder, full, bitmapOf, textOf } = sources;
  const { name, prune, recall, toSpec } = retrieval;
  const model = { fingerprint: index.fingerprint, columns: index.columns, embedder };
  const searcher = new ImpactSearcher(index, space);
  const scorer = full ? new ImpactSearcher(full, space) : searcher;
  const scored = (query: SparseVector): SparseVector => (full ? query : prune(query));
  const search = twoStages(sources, retrieval, { searcher, scorer });
  const weightsOf = async (query: Query, call: CallOptions): Promise<SparseVector> => {
    const [weights] = await queryWeights([query], model, call);
    return scored(weights ?? { indices: new Uint32Array(0), values: new Float32Array(0) });
  };
  const explainOne = (weights: SparseVector, ordinal: number): ImpactExplanation =>
    explainImpact(weights, ordinal, { index: full ?? index, space, textOf });

  return {
    name,
    scale: impactScale,
    cutoffs: full || recall < 1 ? 'separate' : 'nested',

    async retrieve(queries: readonly Query[], call: RetrieveOptions): Promise<Ranking[]> {
      const { topK, filter } = await checkedRetrieval(name, call, bitmapOf);
      const weights = await queryWeights(queries, model, call);
      return mapInSlices(weights, (query) => search(query, { topK, filter }), { signal: call.signal });
    },

    async score(
      queries: readonly Query[],
      rankings: readonly Ranking[],
      call: CallOptions = {},
    ): Promise<Float32Array[]> {
      call.signal?.throwIfAborted();
      expectSpace(space, rankings);
      const weights = await queryWeights(queries, model, call);
      const scoreOne = (query: SparseVector, at: number): Float32Array =>
        scorer.score(scored(query), rankings[at]?.ordinals ?? new Uint32Array(0));
      return mapInSlices(weights, scoreOne, { signal: call.signal });
    },

    explain: async (query, ordinal, call = {}) => explainOne(await weightsOf(query, call), ordinal),

    async explainAll(query, ordinals, call = {}) {
      const weights = await weightsOf(query, call);
      return ordinals.map((ordinal) => explainOne(weights, ordinal));
    },

    toSpec,
  };
}

/** Finds with the pruned query; where there is a full index, scores the best again with it and the whole query. */
function twoStages(
  { index, space, full, clusters }: ImpactSources,
  { evaluation, prune, depth = DEFAULT_DEPTH, recall }: ImpactRetrieval,
  { searcher, scorer }: { readonly searcher: ImpactSearcher; readonly scorer: ImpactSearcher },
): (query: SparseVector, search: ImpactSearch) => Ranking {
  const find = (query: SparseVector, { topK, filter }: ImpactSearch): ScoredOrdinals => {
    const isWorthIt = clusters && recall < 1 && index.postingsOf(query.indices) > FEW_POSTINGS;
    const effort = isWorthIt ? clusters.effortFor(recall, topK) : Infinity;
    if (clusters && effort < Infinity) return clusters.search(space, query, { topK, filter, effort });
    return searcher.search(query, { topK, filter, evaluation });
  };
  return (query, { topK, filter }) => {
    if (!full) return new Ranking({ space, scale: impactScale, ...find(prune(query), { topK, filter }) });
    const { ordinals } = find(prune(query), { topK: Math.max(topK, depth), filter });
    return rankByScore({ space, scale: impactScale, ordinals, scores: scorer.score(query, ordinals) }, topK);
  };
}

/**
 * @throws {InvalidOptionsError} an index has ordinals that the space lacks, the clusters are of another index, or a
 *   parameter has no meaning for these sources
 * @throws {FingerprintMismatchError} the embedder, or the full index, is of another model than the index
 */
export function expectImpactSources(
  owner: string,
  { index, space, embedder, full, clusters }: ImpactSources,
  { depth, recall = 1 }: { readonly depth?: number | undefined; readonly recall?: number | undefined },
): void {
  const refused = (path: string, message: string): InvalidOptionsError =>
    new InvalidOptionsError({ owner, issues: [{ path, message }] });
  expectCovered(owner, index, space);
  if (full) expectCovered(owner, full, space);
  for (const other of [embedder, full]) {
    if (other && other.fingerprint !== index.fingerprint) {
      throw new FingerprintMismatchError({ indexed: index.fingerprint, loaded: other.fingerprint });
    }
  }
  for (const [path, columns] of [
    ['embedder', embedder?.vocabularySize],
    ['full', full?.columns],
  ] as const) {
    if (columns === undefined || columns === index.columns) continue;
    throw refused(path, `the index has ${index.columns} terms and the other ${columns}`);
  }
  if (clusters) expectOfIndex(clusters, index, refused);
  if (recall < 1 && !clusters) throw refused('recall', 'below 1 takes clusters: make them with clusterImpacts');
  if (depth !== undefined && !full) {
    throw refused('depth', 'has no meaning without a full index to score with again');
  }
}

/** Clusters of other vectors would give other scores. */
function expectOfIndex(
  clusters: ClusteredImpacts,
  index: ImpactIndex,
  refused: (path: string, message: string) => InvalidOptionsError,
): void {
  for (const name of ['fingerprint', 'columns', 'size', 'postings', 'scale'] as const) {
    if (clusters[name] === index[name]) continue;
    throw refused('clusters', `are of an index with the ${name} ${clusters[name]}, and this one has ${index[name]}`);
  }
}
