import { BEST, BEST_COUNT, HEAP, HEAP_SIZE, K, THRESHOLD, u32At } from './fields';

/** Keeps a document whose score is at least the threshold: the k-th best score so far, once there are k. */
export function keep(search: usize, ordinal: u32, score: f32): void {
  const count = u32At(search, BEST_COUNT);
  // As integers, entries stand in the order of their scores, then against that of their ordinals.
  store<u64>(<usize>u32At(search, BEST) + (<usize>count << 3), entryOf(ordinal, score));
  store<u32>(search + BEST_COUNT, count + 1);
  const heap = <usize>u32At(search, HEAP);
  const size = <usize>u32At(search, HEAP_SIZE);
  if (size < u32At(search, K)) {
    rise(heap, size, score);
    store<u32>(search + HEAP_SIZE, <u32>size + 1);
    if (size + 1 == u32At(search, K)) store<f32>(search + THRESHOLD, load<f32>(heap));
  } else if (score > load<f32>(heap)) {
    sink(heap, size, score);
    store<f32>(search + THRESHOLD, load<f32>(heap));
  }
}

/** Forgets entries below the threshold; returns how many are left. */
export function dropWorse(search: usize): u32 {
  const best = <usize>u32At(search, BEST);
  const end = best + (<usize>u32At(search, BEST_COUNT) << 3);
  const least = <u64>load<u32>(search + THRESHOLD) << 32;
  let to = best;
  for (let from = best; from < end; from += 8) {
    const entry = load<u64>(from);
    if (entry < least) continue;
    store<u64>(to, entry);
    to += 8;
  }
  const count = <u32>((to - best) >> 3);
  store<u32>(search + BEST_COUNT, count);
  return count;
}

/** Puts the entries into falling order: a heap sort with the least on top. */
export function sortEntries(search: usize): void {
  const best = <usize>u32At(search, BEST);
  let size = <usize>u32At(search, BEST_COUNT);
  for (let at = size >> 1; at > 0; at--) sinkEntry(best, at - 1, size, load<u64>(best + ((at - 1) << 3)));
  while (size > 1) {
    size -= 1;
    const last = best + (size << 3);
    const entry = load<u64>(last);
    store<u64>(last, load<u64>(best));
    sinkEntry(best, 0, size, entry);
  }
}

// @ts-ignore: decorator
@inline
function entryOf(ordinal: u32, score: f32): u64 {
  return (<u64>reinterpret<u32>(score) << 32) | <u64>~ordinal;
}

function rise(heap: usize, at: usize, score: f32): void {
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = load<f32>(heap + (parent << 2));
    if (above <= score) break;
    store<f32>(heap + (at << 2), above);
    at = parent;
  }
  store<f32>(heap + (at << 2), score);
}

function sink(heap: usize, size: usize, score: f32): void {
  let at: usize = 0;
  for (;;) {
    let child = (at << 1) + 1;
    if (child >= size) break;
    let below = load<f32>(heap + (child << 2));
    if (child + 1 < size && load<f32>(heap + (child << 2), 4) < below) below = load<f32>(heap + (++child << 2));
    if (below >= score) break;
    store<f32>(heap + (at << 2), below);
    at = child;
  }
  store<f32>(heap + (at << 2), score);
}

function sinkEntry(best: usize, at: usize, size: usize, entry: u64): void {
  for (;;) {
    let child = (at << 1) + 1;
    if (child >= size) break;
    let below = load<u64>(best + (child << 3));
    if (child + 1 < size && load<u64>(best + (child << 3), 8) < below) below = load<u64>(best + (++child << 3));
    if (below >= entry) break;
    store<u64>(best + (at << 3), below);
    at = child;
  }
  store<u64>(best + (at << 3), entry);
}
