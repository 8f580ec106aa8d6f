import { type CallOptions, InvalidOptionsError, type Query, type Retriever } from '@sluice/core';
import type { Qrels } from '@sluice/evaluation';
import type { JudgedList } from '@sluice/rerankers';
import type { Collection } from 'sluice';

/** What lists are made from. */
export interface JudgedListOptions extends Pick<CallOptions, 'signal' | 'onProgress'> {
  readonly queries: readonly (Query & { readonly id: string })[];
  readonly qrels: Qrels;
  /** Candidates of a query. */
  readonly depth: number;
  /**
   * What finds them.
   * @default the dense source
   */
  readonly pipeline?: Retriever | undefined;
  /** Least grade that counts as relevant. */
  readonly rel: number;
}

/**
 * The first candidates of each judged query, with their scores by the dense source and BM25, labels and the query's vector;
 * those that a pipeline found have its scores as well, and its order.
 *
 * @throws {InvalidOptionsError} the collection has no dense source
 */
export async function judgedLists(
  { sources }: Pick<Collection, 'sources'>,
  { queries, qrels, depth, rel, pipeline, ...call }: JudgedListOptions,
): Promise<JudgedList[]> {
  const { dense, bm25 } = sources;
  if (!dense) {
    const message = "'none' has no vectors, and cut-offs are about their scores";
    throw new InvalidOptionsError({ owner: 'cutoff', issues: [{ path: 'model', message }] });
  }
  const judged = queries.filter(({ id }) => qrels.of(id) !== undefined);
  const rankings = await (pipeline ?? dense).retrieve(judged, { ...call, topK: depth });
  const scores = pipeline && (await dense.score?.(judged, rankings, call));
  const lexical = await bm25.score?.(judged, rankings, call);
  const vectors = await dense.encodeQueries?.(judged, call);
  return rankings.map((ranking, at) => {
    const id = judged[at]?.id ?? '';
    const grades = qrels.of(id)?.grades ?? [];
    return {
      dense: scores?.[at] ?? ranking.scores,
      lexical: lexical?.[at],
      labels: Uint8Array.from(ranking.ids, (document) => Number((qrels.grade(id, document) ?? 0) >= rel)),
      judged: grades.filter((grade) => grade >= rel).length,
      queryVector: vectors?.[at],
      ...(pipeline && { own: ranking.scores }),
    };
  });
}
