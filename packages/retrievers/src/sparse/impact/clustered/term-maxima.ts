import type { ImpactIndex } from '../impact-index.js';

/** Terms between two chances to pause. */
const PAUSE_EVERY = 512;

/** The largest impact of each term, 0 where it has none. O(blocks). A caller can pause at each `yield`. */
export function* termMaxima({ blockOffsets, blockMaxima, columns }: ImpactIndex): Generator<void, Float32Array> {
  const maxima = new Float32Array(columns);
  for (let term = 0; term < columns; term++) {
    const end = blockOffsets[term + 1] ?? 0;
    let most = 0;
    for (let block = blockOffsets[term] ?? 0; block < end; block++) most = Math.max(most, blockMaxima[block] ?? 0);
    maxima[term] = most;
    if (term % PAUSE_EVERY === 0) yield;
  }
  return maxima;
}
