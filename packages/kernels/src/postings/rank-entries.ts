import type { ScoredPostings } from './posting-search.js';

/** Documents as a search leaves them: word 2 i is the complement of an ordinal, float 2 i + 1 its score. */
export interface Entries {
  readonly words: Uint32Array;
  /** Of the same bytes. */
  readonly floats: Float32Array;
}

/** The best `k` of entries, best first. Fast where they stand in the order of their scores already. */
export function rankEntries(
  { words, floats }: Entries,
  k: number,
  compare: (left: number, right: number) => number,
): ScoredPostings {
  const count = words.length / 2;
  const ordinals = new Uint32Array(count);
  const scores = new Float32Array(count);
  let ordered = true;
  for (let at = 0; at < count; at++) {
    ordinals[at] = ~(words[2 * at] ?? 0);
    scores[at] = floats[2 * at + 1] ?? 0;
    if (at > 0 && (scores[at] ?? 0) > (scores[at - 1] ?? 0)) ordered = false;
  }
  if (!ordered) return sorted(ordinals, scores, k, compare);
  for (let from = 0; from < Math.min(k, count); ) {
    let to = from + 1;
    while (to < count && scores[to] === scores[from]) to++;
    if (to - from > 1) ordinals.subarray(from, to).sort(compare);
    from = to;
  }
  return { ordinals: ordinals.slice(0, k), scores: scores.slice(0, k) };
}

function sorted(
  ordinals: Uint32Array,
  scores: Float32Array,
  k: number,
  compare: (left: number, right: number) => number,
): ScoredPostings {
  const order = Uint32Array.from(ordinals.keys()).sort(
    (left, right) => (scores[right] ?? 0) - (scores[left] ?? 0) || compare(ordinals[left] ?? 0, ordinals[right] ?? 0),
  );
  const best = order.subarray(0, k);
  return { ordinals: best.map((at) => ordinals[at] ?? 0), scores: Float32Array.from(best, (at) => scores[at] ?? 0) };
}
