import type { Best, Offer } from './top-k.js';

/** Plain twin of `offer`; what runs where SIMD is missing. Keeps sorted heaps: a list, worst first, is a heap. */
export function offerReference({ best, scores, ordinals, filter }: Offer): void {
  const n = ordinals.length;
  for (let query = 0; query < best.sizes.length; query++) {
    for (let row = 0; row < n; row++) {
      const ordinal = ordinals[row] ?? 0;
      if (filter && (((filter[ordinal >>> 5] ?? 0) >>> (ordinal & 31)) & 1) === 0) continue;
      insert(best, query, scores[query * n + row] ?? 0, ordinal);
    }
  }
}

/** Plain twin of `sortBest`: worst first becomes best first. */
export function sortBestReference(best: Best): void {
  for (let query = 0; query < best.sizes.length; query++) {
    const start = query * best.k;
    const end = start + (best.sizes[query] ?? 0);
    best.scores.subarray(start, end).reverse();
    best.ordinals.subarray(start, end).reverse();
  }
}

function insert(best: Best, query: number, score: number, ordinal: number): void {
  const start = query * best.k;
  const size = best.sizes[query] ?? 0;
  const position = countWorse(best, start, size, score, ordinal);
  if (size < best.k) {
    place(best, start, start + position, start + size, score, ordinal, 1);
    best.sizes[query] = size + 1;
  } else if (position > 0) {
    place(best, start, start + position - 1, start + position, score, ordinal, -1);
  }
}

/** Makes room by moving the better ones up (1) or the worse ones down (-1), then writes. */
function place(
  { scores, ordinals }: Best,
  start: number,
  at: number,
  end: number,
  score: number,
  ordinal: number,
  direction: 1 | -1,
): void {
  const [from, until] = direction === 1 ? [at, end] : [start + 1, end];
  scores.copyWithin(from + direction, from, until);
  ordinals.copyWithin(from + direction, from, until);
  scores[at] = score;
  ordinals[at] = ordinal;
}

/** How many of the kept ones, worst first, are worse; by bisection. */
function countWorse({ scores, ordinals }: Best, start: number, size: number, score: number, ordinal: number): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const kept = scores[start + middle] ?? 0;
    const isWorse = kept < score || (kept === score && (ordinals[start + middle] ?? 0) > ordinal);
    if (isWorse) low = middle + 1;
    else high = middle;
  }
  return low;
}
