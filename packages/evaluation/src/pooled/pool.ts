import type { Qrels } from '../qrels.js';
import type { Run } from '../run.js';

/** All (query, result) pairs of a run, in columns, by falling score. */
export interface Pool {
  readonly scores: Float64Array;
  /** 1 for a relevant result, else 0. */
  readonly labels: Uint8Array;
  /** Relevant pairs in the pool. */
  readonly retrieved: number;
  /** Relevant documents of all the queries, retrieved or not. */
  readonly judged: number;
}

/** Which pairs enter a pool. */
export interface PoolOptions {
  /** Least grade that counts as relevant. Default 1. */
  readonly rel?: number;
  /** Results of each query at most. All when left out. */
  readonly topK?: number;
}

/** Pools the results of all judged queries. Scores of different queries are compared as they are. */
export function poolOf(qrels: Qrels, run: Run, { rel = 1, topK = Number.POSITIVE_INFINITY }: PoolOptions = {}): Pool {
  const scores: number[] = [];
  const labels: number[] = [];
  let judged = 0;
  for (const queryId of qrels.queryIds) {
    judged += qrels.of(queryId)?.grades.reduce((count, grade) => (grade >= rel ? count + 1 : count), 0) ?? 0;
    const results = run.of(queryId);
    const depth = Math.min(topK, results?.documents.length ?? 0);
    for (let rank = 0; rank < depth; rank++) {
      const document = run.documents.idOf(results?.documents[rank] ?? 0);
      scores.push(results?.scores[rank] ?? 0);
      labels.push((qrels.grade(queryId, document) ?? -1) >= rel ? 1 : 0);
    }
  }
  const order = Uint32Array.from(scores, (_, at) => at).sort((left, right) => {
    const [a = 0, b = 0] = [scores[left], scores[right]];
    return a > b ? -1 : a < b ? 1 : 0;
  });
  return {
    scores: Float64Array.from(order, (at) => scores[at] ?? 0),
    labels: Uint8Array.from(order, (at) => labels[at] ?? 0),
    retrieved: labels.reduce((count, label) => count + label, 0),
    judged,
  };
}
