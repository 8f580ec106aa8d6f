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
  readonly signal: AbortSignal;
}

/**
 * Measures candidates; each source is searched once for each of its settings.
 *
 * @throws {InvalidOptionsError} the collection has no dense source
 */
export function hybridEvaluator(options: HybridEvaluation): (candidate: HybridCandidate) => Promise<ArrayLike<number>> {
  const { collection, queries, qrels, measure, depth, signal } = options;
  const { dense } = collection.sources;
  if (!dense) {
    const issues = [{ path: 'model', message: 'fusion needs vectors; name a model' }];
    throw new InvalidOptionsError({ owner: 'tune', issues });
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

/** The setting as a written pipeline. */
export function hybridSpec({ k1, b, normalization, weight }: HybridCandidate, depth: number): StageSpec {
  const weights = { bm25: weight, dense: Number((1 - weight).toFixed(6)) };
  return {
    type: 'fuse',
    sources: [bm25Spec(k1, b), { type: 'dense' }],
    by: { type: 'linear', normalization, weights },
    depth,
  };
}

/** Of the means of {@link hybridGrid}, that of the default hybrid. */
export function standardMean(means: readonly number[]): number {
  const at = hybridGrid().findIndex(
    ({ k1, b, normalization, weight }) => k1 === 1.2 && b === 0.75 && normalization === 'z-score' && weight === 0.4,
  );
  return means[at] ?? Number.NaN;
}
