import type { Qrels } from '../qrels.js';
import type { Run } from '../run.js';

/**
 * Area under the ROC curve: the probability that a positive scores above a negative, ties counting one half.
 *
 * .5 is chance, 1 perfect, NaN where one of the lists is empty or a score is NaN. O(n log n).
 */
export function auroc(positives: ArrayLike<number>, negatives: ArrayLike<number>): number {
  const size = positives.length + negatives.length;
  const scores = Float64Array.from({ length: size }, (_, at) =>
    at < positives.length ? (positives[at] ?? 0) : (negatives[at - positives.length] ?? 0),
  );
  if (scores.some(Number.isNaN)) return Number.NaN;
  const order = Uint32Array.from(scores, (_, at) => at).sort((left, right) => ascending(scores, left, right));
  let rankSum = 0;
  for (let from = 0; from < size; ) {
    let to = from;
    while (to < size && scores[order[to] ?? 0] === scores[order[from] ?? 0]) to++;
    // Equal scores share the mean of their ranks, from + 1 to `to`.
    const rank = (from + 1 + to) / 2;
    for (; from < to; from++) if ((order[from] ?? 0) < positives.length) rankSum += rank;
  }
  const pairs = positives.length * negatives.length;
  return (rankSum - (positives.length * (positives.length + 1)) / 2) / pairs;
}

function ascending(scores: Float64Array, left: number, right: number): number {
  const a = scores[left] ?? 0;
  const b = scores[right] ?? 0;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Which queries {@link answerableAuroc} compares. */
export interface AnswerableOptions {
  /** Least grade that counts as relevant. Default 1. */
  readonly rel?: number;
  /** Queries known to have no relevant document; those judged without one when left out. */
  readonly unanswerable?: Iterable<string>;
}

/**
 * How well the score of the first result tells queries that have a relevant document from those that have none.
 *
 * A query without results scores lowest of all. NaN where either kind is missing.
 */
export function answerableAuroc(qrels: Qrels, run: Run, { rel = 1, unanswerable }: AnswerableOptions = {}): number {
  const without = new Set(unanswerable);
  const answerable: number[] = [];
  const rest: number[] = [];
  for (const queryId of new Set([...qrels.queryIds, ...without])) {
    const relevant = qrels.of(queryId)?.grades.some((grade) => grade >= rel) ?? false;
    const [best = Number.NEGATIVE_INFINITY] = run.of(queryId)?.scores ?? [];
    if (unanswerable === undefined ? !relevant : without.has(queryId)) rest.push(best);
    else if (relevant) answerable.push(best);
  }
  return auroc(answerable, rest);
}
