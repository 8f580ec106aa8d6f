import { addEntry, entryOf, mergeEntries, nodeOf, scoreOf } from './entries';
import { BATCH, field, POOL, RIVALS, SCORES, SEEN, SEEN_BYTES, SINK, TRAIL, TRAIL_LENGTH } from './fields';
import { linksOf, sketchOf } from './nodes';
import { scoreBatch } from './scores';

/** Marks a node as seen; whether it was not before. */
// @ts-ignore: decorator
@inline
export function see(seen: usize, node: u32): bool {
  const at = seen + ((node >> 5) << 2);
  const word = load<u32>(at);
  const bit: u32 = 1 << (node & 31);
  if (word & bit) return false;
  store<u32>(at, word | bit);
  return true;
}

/** Forgets what was seen: by the trail, or all of it where the trail was too short. */
export function forget(graph: usize, count: usize): void {
  const seen = field(graph, SEEN);
  if (count > field(graph, TRAIL_LENGTH)) {
    memory.fill(seen, 0, field(graph, SEEN_BYTES));
    return;
  }
  const trail = field(graph, TRAIL);
  for (let at: usize = 0; at < count; at++) store<u32>(seen + ((load<u32>(trail + (at << 2)) >> 5) << 2), 0);
}

/** The best `beam` nodes that are reached from `start` on a level, in the pool; how many there are. */
export function searchLevel(graph: usize, start: i64, beam: usize, level: u32): usize {
  const pool = field(graph, POOL), seen = field(graph, SEEN), batch = field(graph, BATCH);
  const scores = field(graph, SCORES), trail = field(graph, TRAIL), trailLength = field(graph, TRAIL_LENGTH);
  const rivals = field(graph, RIVALS);
  store<i64>(pool, start & ~1);
  let size: usize = 1;
  see(seen, nodeOf(start));
  store<u32>(trail, nodeOf(start));
  let seenCount: usize = 1;
  let next: usize = 0;
  while (next < size) {
    const at = pool + (next << 3);
    const entry = load<i64>(at);
    if (entry & 1) {
      next++;
      continue;
    }
    store<i64>(at, entry | 1);
    const links = linksOf(graph, nodeOf(entry), level);
    const degree = <usize>load<u32>(links);
    let count: usize = 0;
    let sink: u32 = 0;
    for (let link: usize = 1; link <= degree; link++) {
      const node = load<u32>(links + (link << 2));
      if (!see(seen, node)) continue;
      sink += load<u32>(sketchOf(graph, node));
      store<u32>(batch + (count << 2), node);
      count++;
      if (seenCount < trailLength) store<u32>(trail + (seenCount << 2), node);
      seenCount++;
    }
    store<u32>(graph + SINK, sink);
    const bound = size == beam ? scoreOf(load<i64>(pool + ((size - 1) << 3))) : -Infinity;
    count = scoreBatch(graph, count, bound);
    const last = size == beam ? load<i64>(pool + ((size - 1) << 3)) : i64.MIN_VALUE;
    let better: usize = 0;
    for (let each: usize = 0; each < count; each++) {
      const found = entryOf(load<f32>(scores + (each << 2)), load<u32>(batch + (each << 2)));
      if (found < last) continue;
      addEntry(rivals, better, found);
      better++;
    }
    if (better == 0) continue;
    next = min(next, mergeEntries(pool, size, beam, rivals, better));
    size = min(beam, size + better);
  }
  forget(graph, seenCount);
  return size;
}

/** The node that greedy steps on the levels from `from` down to `until` end at. */
export function descend(graph: usize, start: i64, from: u32, until: u32): i64 {
  const batch = field(graph, BATCH), scores = field(graph, SCORES);
  let best = start & ~1;
  for (let level = from; level >= until && level > 0; level--) {
    for (let isBetter = true; isBetter; ) {
      isBetter = false;
      const links = linksOf(graph, nodeOf(best), level);
      const degree = <usize>load<u32>(links);
      memory.copy(batch, links + 4, degree << 2);
      const count = scoreBatch(graph, degree, scoreOf(best));
      for (let at: usize = 0; at < count; at++) {
        const entry = entryOf(load<f32>(scores + (at << 2)), load<u32>(batch + (at << 2)));
        if (entry <= best) continue;
        best = entry;
        isBetter = true;
      }
    }
  }
  return best;
}

/** The entry of the graph, scored. */
export function startAt(graph: usize, entry: u32): i64 {
  store<u32>(field(graph, BATCH), entry);
  scoreBatch(graph, 1, -Infinity);
  return entryOf(load<f32>(field(graph, SCORES)), entry);
}
