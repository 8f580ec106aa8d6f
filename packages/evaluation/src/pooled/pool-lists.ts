import type { PooledLists } from './area-interval.js';

/** Lists one after another, with scores as they were given. */
export interface PooledScores extends PooledLists {
  readonly scores: Float32Array;
}

/**
 * The pairs of several queries, one query after another.
 *
 * @param lists as many scores as labels in each
 */
export function poolLists(
  lists: readonly { readonly scores: Float32Array; readonly labels: Uint8Array }[],
): PooledScores {
  const offsets = new Uint32Array(lists.length + 1);
  for (const [at, { labels }] of lists.entries()) offsets[at + 1] = (offsets[at] ?? 0) + labels.length;
  const scores = new Float32Array(offsets.at(-1) ?? 0);
  const labels = new Uint8Array(scores.length);
  for (const [at, list] of lists.entries()) {
    scores.set(list.scores, offsets[at]);
    labels.set(list.labels, offsets[at]);
  }
  return { scores, labels, offsets };
}
