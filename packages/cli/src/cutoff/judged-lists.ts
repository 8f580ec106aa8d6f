import { type CallOptions, InvalidOptionsError, type Query } from '@sluice/core';
import type { Qrels } from '@sluice/evaluation';
import type { JudgedList } from '@sluice/rerankers';
import type { Collection } from 'sluice';

/** What lists are made from. */
export interface JudgedListOptions extends Pick<CallOptions, 'signal' | 'onProgress'> {
  readonly queries: readonly (Query & { readonly id: string })[];
  readonly qrels: Qrels;
  /** Candidates of a query, by the dense source. */
  readonly depth: number;
  /** Least grade that counts as relevant. */
  readonly rel: number;
}

/** The first candidates of each judged query by the dense source, with their BM25 scores, labels and the query's vector. */
export async function judgedLists(
  { sources }: Pick<Collection, 'sources'>,
  { queries, qrels, depth, rel, ...call }: JudgedListOptions,
): Promise<JudgedList[]> {
  const { dense, bm25 } = sources;
  if (!dense) {
    const message = "'none' has no vectors, and cut-offs are about their scores";
    throw new InvalidOptionsError({ owner: 'cutoff', issues: [{ path: 'model', message }] });
  }
  const judged = queries.filter(({ id }) => qrels.of(id) !== undefined);
  const rankings = await dense.retrieve(judged, { ...call, topK: depth });
  const lexical = await bm25.score?.(judged, rankings, call);
  const vectors = await dense.encodeQueries?.(judged, call);
  return rankings.map((ranking, at) => {
    const id = judged[at]?.id ?? '';
    const grades = qrels.of(id)?.grades ?? [];
    return {
      dense: ranking.scores,
      lexical: lexical?.[at],
      labels: Uint8Array.from(ranking.ids, (document) => Number((qrels.grade(id, document) ?? 0) >= rel)),
      judged: grades.filter((grade) => grade >= rel).length,
      queryVector: vectors?.[at],
    };
  });
}
