import { InvalidInputError, sortSteps, unpaced } from '@sluice/core';
import type { Qrels } from '../qrels.js';
import type { Run } from '../run.js';

/** Pairs between two yields. */
const STEP = 65_536;

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
  return unpaced(poolSteps(scores, Uint8Array.from(labels), judged));
}

/**
 * Pools scores that are not in a run: training data, say.
 *
 * @param scores larger is better, in any order
 * @param labels 1 for a relevant pair, else 0; one for each score
 * @param judged relevant documents of all the queries; those in the pool when left out
 * @throws {InvalidInputError} a score is NaN (`row` counts from 0), or there is not one label for each
 */
export function poolScores(scores: ArrayLike<number>, labels: Uint8Array, judged?: number): Pool {
  return unpaced(poolSteps(scores, labels, judged));
}

/** {@link poolScores} in steps, for many pairs beside other work: drive it with core's `paced`. */
export function* poolSteps(scores: ArrayLike<number>, labels: Uint8Array, judged?: number): Generator<void, Pool> {
  if (scores.length !== labels.length) {
    const problem = `there are ${scores.length} scores and ${labels.length} labels`;
    throw new InvalidInputError({ source: 'pool' }, problem, 'Pass one label for each score.');
  }
  let retrieved = 0;
  for (let row = 0; row < labels.length; row++) {
    if (Number.isNaN(scores[row])) throw new InvalidInputError({ source: 'pool', row }, 'a score is NaN', 'Drop it.');
    retrieved += labels[row] ?? 0;
    if (row % STEP === STEP - 1) yield;
  }
  const order = yield* sortSteps(labels.length, (left, right) => {
    const a = scores[left] ?? 0;
    const b = scores[right] ?? 0;
    return a > b ? -1 : a < b ? 1 : 0;
  });
  const pool = { scores: new Float64Array(order.length), labels: new Uint8Array(order.length) };
  for (let rank = 0; rank < order.length; rank++) {
    const row = order[rank] ?? 0;
    pool.scores[rank] = scores[row] ?? 0;
    pool.labels[rank] = labels[row] ?? 0;
    if (rank % STEP === STEP - 1) yield;
  }
  return { ...pool, retrieved, judged: judged ?? retrieved };
}
