import type { Neighbours } from '@sluice/core';

/** The neighbours of one query, best first. */
export interface NeighbourList {
  readonly ordinals: Uint32Array;
  readonly scores: Float32Array;
}

/** The lists of a batch, in the order of its queries, as one answer. */
export function neighboursFrom(lists: readonly NeighbourList[]): Neighbours {
  const offsets = new Uint32Array(lists.length + 1);
  for (const [at, { ordinals }] of lists.entries()) offsets[at + 1] = (offsets[at] ?? 0) + ordinals.length;
  const total = offsets[lists.length] ?? 0;
  const found = { offsets, ordinals: new Uint32Array(total), scores: new Float32Array(total) };
  for (const [at, { ordinals, scores }] of lists.entries()) {
    found.ordinals.set(ordinals, offsets[at]);
    found.scores.set(scores, offsets[at]);
  }
  return found;
}

/** The best of scored ordinals, ties by ordinal. */
export function bestOf({ ordinals, scores }: NeighbourList, topK: number): NeighbourList {
  const order = Uint32Array.from(scores, (_, at) => at).sort((left, right) => {
    return (scores[right] ?? 0) - (scores[left] ?? 0) || (ordinals[left] ?? 0) - (ordinals[right] ?? 0);
  });
  const best = order.subarray(0, topK);
  return {
    ordinals: best.map((at) => ordinals[at] ?? 0),
    scores: Float32Array.from(best, (at) => scores[at] ?? 0),
  };
}
