import { addEntry, entryOf, mergeEntries, nodeOf } from './entries';
import { BATCH, field, POOL, RIVALS, ROOT, SCORES, SEEN } from './fields';
import { choose, linkBack } from './insert';
import { degreeOn, levelOf, linksOf } from './nodes';
import { queryNode } from './query';
import { ENTRY, TOP_LEVEL } from './root';
import { scoreBatch } from './scores';
import { descend, forget, searchLevel, see, startAt } from './walk';

// `gone` has a byte a node: 1 for those that are being removed, which keep their links until all others are repaired.

/** With so many candidates for each place, those around what went are as good as those of a search. */
// @ts-ignore: decorator
@inline
const ENOUGH: usize = 3;

// @ts-ignore: decorator
@inline
function isGone(gone: usize, node: u32): bool {
  return load<u8>(gone + <usize>node) != 0;
}

// @ts-ignore: decorator
@inline
function holds(links: usize, node: u32): bool {
  const count = <usize>load<u32>(links);
  for (let at: usize = 1; at <= count; at++) {
    if (load<u32>(links + (at << 2)) == node) return true;
  }
  return false;
}

function holdsGone(links: usize, gone: usize): bool {
  const count = <usize>load<u32>(links);
  for (let at: usize = 1; at <= count; at++) {
    if (isGone(gone, load<u32>(links + (at << 2)))) return true;
  }
  return false;
}

/** Adds the nodes of a block of links that are neither gone nor seen to the pool; how many it has then. */
function offerLinks(graph: usize, links: usize, gone: usize, size: usize, beam: usize): usize {
  const batch = field(graph, BATCH), scores = field(graph, SCORES), pool = field(graph, POOL);
  const rivals = field(graph, RIVALS), seen = field(graph, SEEN);
  const degree = <usize>load<u32>(links);
  let count: usize = 0;
  for (let at: usize = 1; at <= degree; at++) {
    const node = load<u32>(links + (at << 2));
    if (isGone(gone, node) || !see(seen, node)) continue;
    store<u32>(batch + (count << 2), node);
    count++;
  }
  scoreBatch(graph, count, -Infinity);
  for (let at: usize = 0; at < count; at++) {
    addEntry(rivals, at, entryOf(load<f32>(scores + (at << 2)), load<u32>(batch + (at << 2))));
  }
  mergeEntries(pool, size, beam, rivals, count);
  return min(beam, size + count);
}

/** What a node's links lead to, and what those lead to that are gone: the best `beam`, in the pool; how many. */
function gather(graph: usize, node: u32, links: usize, level: u32, gone: usize, beam: usize): usize {
  see(field(graph, SEEN), node);
  let size = offerLinks(graph, links, gone, 0, beam);
  const count = <usize>load<u32>(links);
  for (let at: usize = 1; at <= count; at++) {
    const other = load<u32>(links + (at << 2));
    if (isGone(gone, other)) size = offerLinks(graph, linksOf(graph, other, level), gone, size, beam);
  }
  forget(graph, usize.MAX_VALUE);
  return size;
}

/** What a search for the node finds and is not gone, in the pool; how many. */
function lookAround(graph: usize, node: u32, level: u32, gone: usize, beam: usize): usize {
  const root = field(graph, ROOT), pool = field(graph, POOL);
  // In this order: see `insertNode`.
  const top = atomic.load<u32>(root + TOP_LEVEL);
  const start = descend(graph, startAt(graph, atomic.load<u32>(root + ENTRY)), top, level + 1);
  const found = searchLevel(graph, start, beam, level);
  let size: usize = 0;
  for (let at: usize = 0; at < found; at++) {
    const entry = load<i64>(pool + (at << 3));
    if (nodeOf(entry) == node || isGone(gone, nodeOf(entry))) continue;
    store<i64>(pool + (size << 3), entry);
    size++;
  }
  return size;
}

/** Sees to it that a node is linked from the nodes that it links, where there is room, or else from the best. */
function linkFromAll(graph: usize, node: u32, links: usize, level: u32): void {
  const count = <usize>load<u32>(links);
  const degree = <u32>degreeOn(graph, level);
  let isLinked = false;
  for (let at: usize = 1; at <= count; at++) {
    const other = load<u32>(links + (at << 2));
    const theirs = linksOf(graph, other, level);
    if (!holds(theirs, node)) {
      if (load<u32>(theirs) >= degree) continue;
      linkBack(graph, other, node, level);
    }
    isLinked = true;
  }
  if (!isLinked && count > 0) linkBack(graph, load<u32>(links, 4), node, level);
}

/** Gives a node, on all its levels, links in place of those that lead to what is gone. */
export function repairNode(graph: usize, node: u32, gone: usize, beam: usize): void {
  const top = levelOf(graph, node);
  let isAsked = false;
  for (let level: u32 = 0; level <= top; level++) {
    const links = linksOf(graph, node, level);
    if (!holdsGone(links, gone)) continue;
    if (!isAsked) queryNode(graph, node);
    isAsked = true;
    const degree = degreeOn(graph, level);
    let size = gather(graph, node, links, level, gone, beam);
    if (size < ENOUGH * degree) size = lookAround(graph, node, level, gone, beam);
    store<u32>(links, <u32>choose(graph, field(graph, POOL), size, degree, links + 4));
    linkFromAll(graph, node, links, level);
  }
}
