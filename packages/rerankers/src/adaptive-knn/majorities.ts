/** What most neighbours have. */
export interface Majority {
  readonly label: number;
  /** Of the neighbours counted, 0 to 1. */
  readonly share: number;
}

/**
 * The label of most of the first k neighbours, for each k; of labels that are equally frequent, the one that comes
 * first.
 *
 * @param neighbours ordinals, nearest first; where there are fewer than k, all count
 * @param ks ascending
 */
export function majorities(labels: Int32Array, neighbours: Uint32Array, ks: readonly number[]): Majority[] {
  // Labels stay in the order in which they came, so the first of the largest counts is the nearest.
  const counts = new Map<number, number>();
  let counted = 0;
  return ks.map((k) => {
    for (; counted < Math.min(k, neighbours.length); counted++) {
      const label = labels[neighbours[counted] ?? 0] ?? 0;
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
    let majority: Majority = { label: 0, share: 0 };
    for (const [label, count] of counts)
      if (count / counted > majority.share) majority = { label, share: count / counted };
    return majority;
  });
}
