import { InvalidOptionsError, type Ranking, type StageSpec } from '@sluice/core';
import { evaluateRankings, grid, type IdentifiedQuery, type Qrels } from '@sluice/evaluation';
import { linear } from '@sluice/retrievers';
import type { Collection } from 'sluice';

/** One setting of the hybrid. */
export interface HybridCandidate {
  readonly k1: number;
  readonly b: number;
  readonly normalization: 'z-score' | 'min-max';
  /** Of BM25; the dense source has the rest. 0 is dense alone, 1 BM25 alone. */
  readonly weight: number;
}

/** What is tuned over: 12 settings of BM25, 2 normalisations, 11 weights. */
export function hybridGrid(): HybridCandidate[] {
  return grid({
    k1: [0.6, 0.9, 1.2, 1.6],
    b: [0.4, 0.6, 0.75],
    normalization: ['z-score', 'min-max'],
    weight: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  });
}

/** What candidates are measured on. */
export interface HybridEvaluation {
  readonly collection: Collection;
  readonly queries: readonly IdentifiedQuery[];
  readonly qrels: Qrels;
  readonly measure: string;
  /** Documents of each source that are fused. */
  readonly depth: number;
  /**
   * What is done to the fused list.
   * @default nothing
   */
  readonly behind?: readonly StageSpec[];
  readonly signal: AbortSignal;
}

/**
 * Measures candidates; each source is searched once for each of its settings, but where stages stand behind the hybrid:
 * these may ask the sources for more.
 *
 * @throws {InvalidOptionsError} the collection has no dense source
 */
export function hybridEvaluator(options: HybridEvaluation): (candidate: HybridCandidate) => Promise<ArrayLike<number>> {
  const { collection, queries, qrels, measure, depth, behind = [], signal } = options;
  const { dense } = collection.sources;
  if (!dense) {
    const issues = [{ path: 'model', message: 'fusion needs vectors; name a model' }];
    throw new InvalidOptionsError({ owner: 'tune', issues });
  }
  if (behind.length > 0) {
    return async (candidate) => {
      const pipeline = collection.pipeline(hybridSpec(candidate, depth, behind));
      return evaluateRankings(qrels, await pipeline.retrieve(queries, { topK: depth, signal }), queries, measure);
    };
  }
  const found = new Map<string, Promise<Ranking[]>>();
  const once = (key: string, search: () => Promise<Ranking[]>): Promise<Ranking[]> => {
    const known = found.get(key) ?? search();
    found.set(key, known);
    return known;
  };
  return async ({ k1, b, normalization, weight }) => {
    const call = { topK: depth, signal };
    const bm25 = collection.pipeline(bm25Spec(k1, b));
    const lists = [
      { source: 'bm25', rankings: await once(`bm25 ${k1} ${b}`, () => bm25.retrieve(queries, call)) },
      { source: 'dense', rankings: await once('dense', () => dense.retrieve(queries, call)) },
    ];
    const fusion = linear({ normalization, weights: { bm25: weight, dense: 1 - weight } });
    const fused = queries.map((_, at) =>
      fusion.fuse(
        lists.flatMap(({ source, rankings }) => {
          const ranking = rankings[at];
          return ranking ? [{ source, ranking }] : [];
        }),
        depth,
      ),
    );
    return evaluateRankings(qrels, fused, queries, measure);
  };
}

function bm25Spec(k1: number, b: number): StageSpec {
  return { type: 'bm25', k1, b };
}

/** The setting as a written pipeline, with what stands behind it. */
export function hybridSpec(
  { k1, b, normalization, weight }: HybridCandidate,
  depth: number,
  behind: readonly StageSpec[] = [],
): StageSpec {
  const weights = { bm25: weight, dense: Number((1 - weight).toFixed(6)) };
  const hybrid: StageSpec = {
    type: 'fuse',
    sources: [bm25Spec(k1, b), { type: 'dense' }],
    by: { type: 'linear', normalization, weights },
    depth,
  };
  return behind.length === 0 ? hybrid : { type: 'pipeline', stages: [hybrid, ...behind] };
}

/** Of the means of {@link hybridGrid}, that of the default hybrid. */
export function standardMean(means: readonly number[]): number {
  const at = hybridGrid().findIndex(
    ({ k1, b, normalization, weight }) => k1 === 1.2 && b === 0.75 && normalization === 'z-score' && weight === 0.4,
  );
  return means[at] ?? Number.NaN;
}
