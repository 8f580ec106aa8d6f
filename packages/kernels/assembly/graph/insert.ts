import { addEntry, entryOf, nodeOf, scoreOf } from './entries';
import { COLUMNS, DECODED, field, POOL, RIVALS, ROOT, UPPER_DEGREE } from './fields';
import { decodeNode, degreeOn, dotIntegers, levelOf, linksOf } from './nodes';
import { queryNode } from './query';
import { ENTRY, LOCK, lock, lockOf, NEXT, STOP, TOP_LEVEL, unlock } from './root';
import { scoreOfPair } from './scores';
import { descend, searchLevel, startAt } from './walk';

/** With fewer links than these, groups of equal nodes are cut off. */
// @ts-ignore: decorator
@inline
const LEAST_LINKS: usize = 8;

/**
 * Chooses up to `limit` of `count` entries, best first, into the list at `chosen`: an entry that is nearer to one
 * already chosen than to the node waits, and those that wait fill up to half of the places, or eight, so that none is
 * cut off. Integers of the chosen stay in 16 bits, one after the other, so that a pair costs one product.
 */
export function choose(graph: usize, entries: usize, count: usize, limit: usize, chosen: usize): usize {
  const columns = field(graph, COLUMNS), decoded = field(graph, DECODED), bytes = columns << 1;
  let size: usize = 0;
  for (let at: usize = 0; at < count && size < limit; at++) {
    const entry = load<i64>(entries + (at << 3)) & ~1;
    const node = nodeOf(entry);
    const score = scoreOf(entry);
    const integers = decoded + size * bytes;
    decodeNode(graph, node, integers);
    let isNear = false;
    for (let other: usize = 0; other < size && !isNear; other++) {
      const product = dotIntegers(integers, decoded + other * bytes, columns);
      isNear = scoreOfPair(graph, product, node, load<u32>(chosen + (other << 2))) >= score;
    }
    store<i64>(entries + (at << 3), isNear ? entry | 1 : entry);
    if (isNear) continue;
    store<u32>(chosen + (size << 2), node);
    size++;
  }
  const least = max((limit + 1) >> 1, min(limit, LEAST_LINKS));
  for (let at: usize = 0; at < count && size < least; at++) {
    const entry = load<i64>(entries + (at << 3));
    if (!(entry & 1)) continue;
    store<u32>(chosen + (size << 2), nodeOf(entry));
    size++;
  }
  return size;
}

/** The links of a node and one more, best first, as rivals for its places. */
function rank(graph: usize, from: u32, added: u32, links: usize, count: usize): void {
  const columns = field(graph, COLUMNS), rivals = field(graph, RIVALS);
  const own = field(graph, DECODED), other = own + (columns << 1);
  decodeNode(graph, from, own);
  for (let at: usize = 0; at <= count; at++) {
    const node = at == 0 ? added : load<u32>(links + (at << 2));
    decodeNode(graph, node, other);
    const score = scoreOfPair(graph, dotIntegers(own, other, columns), from, node);
    addEntry(rivals, at, entryOf(score, node));
  }
}

/** Links `node` from `from`; where that is full, the best of all its links stay. */
export function linkBack(graph: usize, from: u32, node: u32, level: u32): void {
  const degree = degreeOn(graph, level);
  const links = linksOf(graph, from, level);
  const held = lockOf(field(graph, ROOT), from);
  lock(held);
  const count = <usize>load<u32>(links);
  if (count < degree) {
    store<u32>(links + ((count + 1) << 2), node);
    atomic.store<u32>(links, <u32>(count + 1));
  } else {
    rank(graph, from, node, links, count);
    const kept = choose(graph, field(graph, RIVALS), count + 1, degree, links + 4);
    atomic.store<u32>(links, <u32>kept);
  }
  unlock(held);
}

/** Finds the links of a node on all levels first: once one leads to it, others may walk over it. */
function insertBelow(graph: usize, node: u32, level: u32, entry: u32, top: u32, beam: usize): void {
  queryNode(graph, node);
  const limit = field(graph, UPPER_DEGREE);
  const reached = min(top, level);
  let start = descend(graph, startAt(graph, entry), top, level + 1);
  for (let at = <i32>reached; at >= 0; at--) {
    const size = searchLevel(graph, start, beam, at);
    start = load<i64>(field(graph, POOL));
    const links = linksOf(graph, node, at);
    store<u32>(links, <u32>choose(graph, field(graph, POOL), size, limit, links + 4));
  }
  for (let at: u32 = 0; at <= reached; at++) {
    const links = linksOf(graph, node, at);
    const count = <usize>load<u32>(links);
    for (let each: usize = 1; each <= count; each++) linkBack(graph, load<u32>(links + (each << 2)), node, at);
  }
}

/** Links a node whose code and sketch are in place and whose blocks are empty, on all its levels. */
export function insertNode(graph: usize, node: u32, beam: usize): void {
  const root = field(graph, ROOT);
  const level = levelOf(graph, node);
  // In this order: an entry is on the level that was read before it, or a higher one.
  let top = atomic.load<u32>(root + TOP_LEVEL);
  if (level <= top) {
    insertBelow(graph, node, level, atomic.load<u32>(root + ENTRY), top, beam);
    return;
  }
  lock(root + LOCK);
  top = atomic.load<u32>(root + TOP_LEVEL);
  insertBelow(graph, node, level, atomic.load<u32>(root + ENTRY), top, beam);
  if (level > top) {
    atomic.store<u32>(root + ENTRY, node);
    atomic.store<u32>(root + TOP_LEVEL, level);
  }
  unlock(root + LOCK);
}

/** Links nodes, the next that no thread has taken each time, until `end` or told to stop. */
export function insertNodes(graph: usize, end: u32, beam: usize): void {
  const root = field(graph, ROOT);
  while (atomic.load<u32>(root + STOP) == 0) {
    const node = atomic.add<u32>(root + NEXT, 1);
    if (node >= end) return;
    insertNode(graph, node, beam);
  }
}
