// A pool is a list of entries, best first, each 8 bytes, compared as signed integers: the score's bits in an order that
// is that of the scores, above 31 bits of the node, inverted so that of equal scores the smaller node is better,
// above one bit that is the caller's.

// @ts-ignore: decorator
@inline
export function entryOf(score: f32, node: u32): i64 {
  const bits = reinterpret<i32>(score);
  const ordered = bits ^ ((bits >> 31) & 0x7fffffff);
  return (<i64>ordered << 32) | (<i64>(0x7fffffff - node) << 1);
}

// @ts-ignore: decorator
@inline
export function nodeOf(entry: i64): u32 {
  return 0x7fffffff - (<u32>entry >> 1);
}

// @ts-ignore: decorator
@inline
export function scoreOf(entry: i64): f32 {
  const ordered = <i32>(entry >> 32);
  return reinterpret<f32>(ordered ^ ((ordered >> 31) & 0x7fffffff));
}

/** Adds an entry to a list of `size`, best first, that has room. */
// @ts-ignore: decorator
@inline
export function addEntry(list: usize, size: usize, entry: i64): void {
  let at = list + (size << 3);
  for (; at > list && load<i64>(at - 8) < entry; at -= 8) store<i64>(at, load<i64>(at - 8));
  store<i64>(at, entry);
}

/**
 * Merges a list of entries into a pool of at most `capacity`, both best first, from their ends: what is moved is moved
 * once. Where the best of the list is then, or `capacity` where it is too bad.
 */
// @ts-ignore: decorator
@inline
export function mergeEntries(pool: usize, size: usize, capacity: usize, list: usize, count: usize): usize {
  let from = pool + (size << 3) - 8;
  let to = pool + ((size + count) << 3) - 8;
  const end = pool + (capacity << 3);
  let last = list + (count << 3) - 8;
  let place = to;
  while (last >= list) {
    const entry = load<i64>(last);
    for (; from >= pool; from -= 8) {
      const moved = load<i64>(from);
      if (moved > entry) break;
      if (to < end) store<i64>(to, moved);
      to -= 8;
    }
    if (to < end) store<i64>(to, entry);
    place = to;
    to -= 8;
    last -= 8;
  }
  return min(capacity, (place - pool) >> 3);
}
