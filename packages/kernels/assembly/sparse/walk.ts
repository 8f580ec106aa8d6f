import {
  ALWAYS, BEST, CLUSTER_MEMBERS, CLUSTERS_WALKED, field, FILTER, FOUND, IMPACT_BYTES, LEVELS, LOW_BYTES, MEMBERS,
  RANKED, RANKED_LENGTH, ROWS_SCORED, SCORES, SEEN, STEP,
} from './fields';
import { keepBest } from './best';
import { scoreRow } from './rows';

// @ts-ignore: decorator
@inline
function has(bits: usize, row: u32): bool {
  return ((load<u32>(bits + (<usize>(row >> 5) << 2)) >> (row & 31)) & 1) != 0;
}

/** Marks a row. @returns whether it was marked before */
// @ts-ignore: decorator
@inline
function mark(bits: usize, row: u32): bool {
  const word = bits + (<usize>(row >> 5) << 2);
  const before = load<u32>(word);
  store<u32>(word, before | (<u32>1 << (row & 31)));
  return ((before >> (row & 31)) & 1) != 0;
}

/** Forgets the rows that were seen, and moves those with a score of at least `least` to the front. */
function keepFound(header: usize, count: usize, least: f32): u32 {
  const found = field(header, FOUND);
  const scores = field(header, SCORES);
  const seen = field(header, SEEN);
  let kept: usize = 0;
  for (let at: usize = 0; at < count; at++) {
    const row = load<u32>(found + (at << 2));
    const score = load<f32>(scores + (at << 2));
    store<u32>(seen + (<usize>(row >> 5) << 2), 0);
    if (score == 0 || score < least) continue;
    store<u32>(found + (kept << 2), row);
    store<f32>(scores + (kept << 2), score);
    kept += 1;
  }
  return <u32>kept;
}

function walk<L, T>(header: usize, k: usize, effort: f64): u32 {
  const ranked = field(header, RANKED);
  const levels = field(header, LEVELS);
  const rankedLength = field(header, RANKED_LENGTH);
  const starts = field(header, CLUSTER_MEMBERS);
  const members = field(header, MEMBERS);
  const seen = field(header, SEEN);
  const filter = field(header, FILTER);
  const found = field(header, FOUND);
  const scores = field(header, SCORES);
  const best = field(header, BEST);
  const step = load<f64>(header + STEP);
  let size: usize = 0;
  let least: f32 = 0;
  let count: usize = 0;
  let scored: u32 = 0;
  let at: usize = 0;
  for (; at < rankedLength; at++) {
    const level = load<u32>(levels + (at << 2));
    if (level != ALWAYS && <f64>level * step * effort < <f64>least) break;
    const cluster = <usize>load<u32>(ranked + (at << 2)) << 2;
    const last = <usize>load<u32>(starts + cluster, 4);
    for (let member = <usize>load<u32>(starts + cluster); member < last; member++) {
      const row = load<u32>(members + (member << 2));
      if (mark(seen, row)) continue;
      store<u32>(found + (count << 2), row);
      let score: f32 = 0;
      if (filter == 0 || has(filter, row)) {
        score = <f32>scoreRow<L, T>(header, row);
        scored += 1;
        if (size < k || score > least) {
          size = keepBest(best, size, k, score);
          if (size == k) least = load<f32>(best);
        }
      }
      store<f32>(scores + (count << 2), score);
      count += 1;
    }
  }
  store<u32>(header + CLUSTERS_WALKED, <u32>at);
  store<u32>(header + ROWS_SCORED, scored);
  return keepFound(header, count, least);
}

function walkAs<L>(header: usize, k: usize, effort: f64): u32 {
  const bytes = field(header, IMPACT_BYTES);
  if (bytes == 1) return walk<L, u8>(header, k, effort);
  return bytes == 2 ? walk<L, u16>(header, k, effort) : walk<L, f32>(header, k, effort);
}

/**
 * Scores the members of the ranked clusters until one's level times `effort` is below the k-th best score.
 *
 * @returns how many rows are in `found`: the best k, and all that are as good as the k-th
 */
export function walkClusters(header: usize, k: usize, effort: f64): u32 {
  return field(header, LOW_BYTES) == 1 ? walkAs<u8>(header, k, effort) : walkAs<u16>(header, k, effort);
}
