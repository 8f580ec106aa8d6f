import { fourRows, onePair } from './int8';

// Hierarchical navigable small world graph over int8 codes (Malkov and Yashunin, arXiv 1603.09320).
//
// A graph is a block of 32-bit fields, whose offsets are below; `src/graph.ts` has the same list with its meaning.
// A block of links is a count and then that many nodes, in the order in which they were chosen.
//
// A pool is a list of entries, best first, each 8 bytes, compared as signed integers: the score's bits in an order that
// is that of the scores, above 31 bits of the node, inverted so that of equal scores the smaller node is better,
// above one bit that says whether the node's neighbours have been looked at.

// @ts-ignore: decorator
@inline
const CODES: usize = 0;
// @ts-ignore: decorator
@inline
const SCALES: usize = 4;
// @ts-ignore: decorator
@inline
const BIASES: usize = 8;
// @ts-ignore: decorator
@inline
const COLUMNS: usize = 12;
// @ts-ignore: decorator
@inline
const LINKS: usize = 16;
// @ts-ignore: decorator
@inline
const GROUND_DEGREE: usize = 20;
// @ts-ignore: decorator
@inline
const UPPER_LINKS: usize = 24;
// @ts-ignore: decorator
@inline
const UPPER_AT: usize = 28;
// @ts-ignore: decorator
@inline
const UPPER_DEGREE: usize = 32;
// @ts-ignore: decorator
@inline
const SEEN: usize = 36;
// @ts-ignore: decorator
@inline
const SEEN_BYTES: usize = 40;
// @ts-ignore: decorator
@inline
const TRAIL: usize = 44;
// @ts-ignore: decorator
@inline
const TRAIL_LENGTH: usize = 48;
// @ts-ignore: decorator
@inline
const POOL: usize = 52;
// @ts-ignore: decorator
@inline
const QUERY: usize = 56;
// @ts-ignore: decorator
@inline
const QUERY_SCALE: usize = 60;
// @ts-ignore: decorator
@inline
const QUERY_BIAS: usize = 64;
// @ts-ignore: decorator
@inline
const FACTOR: usize = 68;
// @ts-ignore: decorator
@inline
const ENTRY: usize = 72;
// @ts-ignore: decorator
@inline
const TOP_LEVEL: usize = 76;
// @ts-ignore: decorator
@inline
const BATCH: usize = 80;
// @ts-ignore: decorator
@inline
const PRODUCTS: usize = 84;
// @ts-ignore: decorator
@inline
const CHOSEN: usize = 88;
// @ts-ignore: decorator
@inline
const RIVALS: usize = 92;
// @ts-ignore: decorator
@inline
const EVALUATIONS: usize = 96;
// @ts-ignore: decorator
@inline
const SINK: usize = 100;

/** With fewer links than these, groups of equal nodes are cut off. */
// @ts-ignore: decorator
@inline
const LEAST_LINKS: usize = 8;

// @ts-ignore: decorator
@inline
function field(graph: usize, offset: usize): usize {
  return <usize>load<u32>(graph + offset);
}

// @ts-ignore: decorator
@inline
function keyOf(score: f32, node: u32): i64 {
  const bits = reinterpret<i32>(score);
  const ordered = bits ^ ((bits >> 31) & 0x7fffffff);
  return (<i64>ordered << 32) | (<i64>(0x7fffffff - node) << 1);
}

// @ts-ignore: decorator
@inline
function nodeOf(key: i64): u32 {
  return 0x7fffffff - (<u32>key >> 1);
}

// @ts-ignore: decorator
@inline
function scoreOf(key: i64): f32 {
  const ordered = <i32>(key >> 32);
  return reinterpret<f32>(ordered ^ ((ordered >> 31) & 0x7fffffff));
}

// @ts-ignore: decorator
@inline
function linksOf(graph: usize, node: u32, level: u32): usize {
  if (level == 0) return field(graph, LINKS) + <usize>node * ((field(graph, GROUND_DEGREE) + 1) << 2);
  const block = <usize>load<u32>(field(graph, UPPER_AT) + (<usize>node << 2)) + <usize>(level - 1);
  return field(graph, UPPER_LINKS) + block * ((field(graph, UPPER_DEGREE) + 1) << 2);
}

// @ts-ignore: decorator
@inline
function scoreFrom(graph: usize, product: i32, node: u32, scale: f32, bias: f32): f32 {
  const own = load<f32>(field(graph, SCALES) + (<usize>node << 2));
  return <f32>product * scale * own + load<f32>(field(graph, BIASES) + (<usize>node << 2)) + bias;
}

// @ts-ignore: decorator
@inline
function codeOf(graph: usize, node: u32): usize {
  return field(graph, CODES) + <usize>node * field(graph, COLUMNS);
}

/** Score of two nodes. */
function scoreOfPair(graph: usize, one: u32, other: u32): f32 {
  const columns = field(graph, COLUMNS);
  const a = codeOf(graph, one), b = codeOf(graph, other);
  let sum = i32x4.splat(0);
  for (let at: usize = 0; at < columns; at += 16) {
    sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load8x8_s(a + at), v128.load8x8_s(b + at)));
    sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load8x8_s(a + at, 8), v128.load8x8_s(b + at, 8)));
  }
  const product =
    i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
  const scale = load<f32>(field(graph, SCALES) + (<usize>one << 2)) * load<f32>(graph + FACTOR);
  return scoreFrom(graph, product, other, scale, load<f32>(field(graph, BIASES) + (<usize>one << 2)));
}

/**
 * Products of the query with the nodes of the batch. All cache lines of all codes are asked for first, so that the
 * memory answers many at once; the sum of what was read is kept only so that the reads are made.
 */
function scoreBatch(graph: usize, count: usize): void {
  const columns = field(graph, COLUMNS);
  const batch = field(graph, BATCH);
  const codes = field(graph, CODES);
  let sink: u32 = 0;
  for (let at: usize = 0; at < count; at++) {
    const code = codes + <usize>load<u32>(batch + (at << 2)) * columns;
    for (let line: usize = 0; line < columns; line += 64) sink += load<u32>(code + line);
  }
  store<u32>(graph + SINK, sink);
  const query = field(graph, QUERY);
  const products = field(graph, PRODUCTS);
  let at: usize = 0;
  for (; at + 4 <= count; at += 4) {
    fourRows(
      query,
      codes + <usize>load<u32>(batch + (at << 2)) * columns,
      codes + <usize>load<u32>(batch + (at << 2), 4) * columns,
      codes + <usize>load<u32>(batch + (at << 2), 8) * columns,
      codes + <usize>load<u32>(batch + (at << 2), 12) * columns,
      columns,
      products + (at << 2),
    );
  }
  for (; at < count; at++) {
    const code = codes + <usize>load<u32>(batch + (at << 2)) * columns;
    store<i32>(products + (at << 2), onePair(query, code, columns));
  }
  const scale = load<f32>(graph + QUERY_SCALE);
  const bias = load<f32>(graph + QUERY_BIAS);
  for (at = 0; at < count; at++) {
    const node = load<u32>(batch + (at << 2));
    const score = scoreFrom(graph, load<i32>(products + (at << 2)), node, scale, bias);
    store<f32>(products + (at << 2), score);
  }
  store<u32>(graph + EVALUATIONS, load<u32>(graph + EVALUATIONS) + <u32>count);
}

/** Marks a node as seen; whether it was not before. */
// @ts-ignore: decorator
@inline
function see(seen: usize, node: u32): bool {
  const at = seen + ((node >> 5) << 2);
  const word = load<u32>(at);
  const bit: u32 = 1 << (node & 31);
  if (word & bit) return false;
  store<u32>(at, word | bit);
  return true;
}

/** Forgets what was seen: by the trail, or all of it where the trail was too short. */
function forget(graph: usize, count: usize): void {
  const seen = field(graph, SEEN);
  if (count > field(graph, TRAIL_LENGTH)) {
    memory.fill(seen, 0, field(graph, SEEN_BYTES));
    return;
  }
  const trail = field(graph, TRAIL);
  for (let at: usize = 0; at < count; at++) store<u32>(seen + ((load<u32>(trail + (at << 2)) >> 5) << 2), 0);
}

/** Puts an entry where it belongs in a pool of at most `capacity`; its position, or `capacity` when it is too bad. */
// @ts-ignore: decorator
@inline
function insertEntry(pool: usize, size: usize, capacity: usize, key: i64): usize {
  if (size == capacity && key <= load<i64>(pool + ((size - 1) << 3))) return capacity;
  let low: usize = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<i64>(pool + (middle << 3)) > key) low = middle + 1;
    else high = middle;
  }
  const moved = min(size, capacity - 1) - low;
  const at = pool + (low << 3);
  memory.copy(at + 8, at, moved << 3);
  store<i64>(at, key);
  return low;
}

/** The best `beam` nodes that are reached from `start` on a level, in the pool; how many there are. */
function searchLevel(graph: usize, start: i64, beam: usize, level: u32): usize {
  const pool = field(graph, POOL), seen = field(graph, SEEN), batch = field(graph, BATCH);
  const products = field(graph, PRODUCTS), trail = field(graph, TRAIL), trailLength = field(graph, TRAIL_LENGTH);
  store<i64>(pool, start & ~1);
  let size: usize = 1;
  see(seen, nodeOf(start));
  store<u32>(trail, nodeOf(start));
  let seenCount: usize = 1;
  let next: usize = 0;
  while (next < size) {
    const at = pool + (next << 3);
    const key = load<i64>(at);
    if (key & 1) {
      next++;
      continue;
    }
    store<i64>(at, key | 1);
    const links = linksOf(graph, nodeOf(key), level);
    const degree = <usize>load<u32>(links);
    let count: usize = 0;
    for (let link: usize = 1; link <= degree; link++) {
      const node = load<u32>(links + (link << 2));
      if (!see(seen, node)) continue;
      store<u32>(batch + (count << 2), node);
      count++;
      if (seenCount < trailLength) store<u32>(trail + (seenCount << 2), node);
      seenCount++;
    }
    scoreBatch(graph, count);
    for (let each: usize = 0; each < count; each++) {
      const found = keyOf(load<f32>(products + (each << 2)), load<u32>(batch + (each << 2)));
      const position = insertEntry(pool, size, beam, found);
      if (position == beam) continue;
      if (size < beam) size++;
      if (position < next) next = position;
    }
  }
  forget(graph, seenCount);
  return size;
}

/** The node that greedy steps on the levels from `from` down to `until` end at. */
function descend(graph: usize, start: i64, from: u32, until: u32): i64 {
  const batch = field(graph, BATCH), products = field(graph, PRODUCTS);
  let best = start & ~1;
  for (let level = from; level >= until && level > 0; level--) {
    for (let isBetter = true; isBetter; ) {
      isBetter = false;
      const links = linksOf(graph, nodeOf(best), level);
      const degree = <usize>load<u32>(links);
      memory.copy(batch, links + 4, degree << 2);
      scoreBatch(graph, degree);
      for (let at: usize = 0; at < degree; at++) {
        const key = keyOf(load<f32>(products + (at << 2)), load<u32>(batch + (at << 2)));
        if (key <= best) continue;
        best = key;
        isBetter = true;
      }
    }
  }
  return best;
}

/** The entry of the graph, scored. */
function startOf(graph: usize): i64 {
  const entry = load<u32>(graph + ENTRY);
  store<u32>(field(graph, BATCH), entry);
  scoreBatch(graph, 1);
  return keyOf(load<f32>(field(graph, PRODUCTS)), entry);
}

/**
 * Chooses up to `limit` of `count` entries, best first, into the list at `chosen`: an entry that is nearer to one
 * already chosen than to the node waits, and those that wait fill up to half of the places, or eight, so that none is cut off.
 */
function choose(graph: usize, entries: usize, count: usize, limit: usize, chosen: usize): usize {
  let size: usize = 0;
  for (let at: usize = 0; at < count && size < limit; at++) {
    const key = load<i64>(entries + (at << 3)) & ~1;
    const node = nodeOf(key);
    const score = scoreOf(key);
    let isNear = false;
    for (let other: usize = 0; other < size && !isNear; other++) {
      isNear = scoreOfPair(graph, node, load<u32>(chosen + (other << 2))) >= score;
    }
    store<i64>(entries + (at << 3), isNear ? key | 1 : key);
    if (isNear) continue;
    store<u32>(chosen + (size << 2), node);
    size++;
  }
  const least = max((limit + 1) >> 1, min(limit, LEAST_LINKS));
  for (let at: usize = 0; at < count && size < least; at++) {
    const key = load<i64>(entries + (at << 3));
    if (!(key & 1)) continue;
    store<u32>(chosen + (size << 2), nodeOf(key));
    size++;
  }
  return size;
}

/** Links `node` from `from`; where that is full, the best of all its links stay. */
function linkBack(graph: usize, from: u32, node: u32, level: u32): void {
  const degree = level == 0 ? field(graph, GROUND_DEGREE) : field(graph, UPPER_DEGREE);
  const links = linksOf(graph, from, level);
  const count = <usize>load<u32>(links);
  if (count < degree) {
    store<u32>(links + ((count + 1) << 2), node);
    store<u32>(links, <u32>(count + 1));
    return;
  }
  const rivals = field(graph, RIVALS);
  insertEntry(rivals, 0, count + 1, keyOf(scoreOfPair(graph, from, node), node));
  for (let at: usize = 1; at <= count; at++) {
    const other = load<u32>(links + (at << 2));
    insertEntry(rivals, at, count + 1, keyOf(scoreOfPair(graph, from, other), other));
  }
  store<u32>(links, <u32>choose(graph, rivals, count + 1, degree, links + 4));
}

// @ts-ignore: decorator
@inline
function asQuery(graph: usize, node: u32): void {
  const columns = field(graph, COLUMNS);
  const code = codeOf(graph, node);
  const query = field(graph, QUERY);
  for (let at: usize = 0; at < columns; at += 8) v128.store(query + (at << 1), v128.load8x8_s(code + at));
  const scale = load<f32>(field(graph, SCALES) + (<usize>node << 2)) * load<f32>(graph + FACTOR);
  store<f32>(graph + QUERY_SCALE, scale);
  store<f32>(graph + QUERY_BIAS, load<f32>(field(graph, BIASES) + (<usize>node << 2)));
}

/** Links a node whose code, scale, bias and empty blocks are in place, on the levels 0 to `level`. */
export function insertNode(graph: usize, node: u32, level: u32, beam: usize): void {
  const top = load<u32>(graph + TOP_LEVEL);
  asQuery(graph, node);
  const chosen = field(graph, CHOSEN);
  const limit = field(graph, UPPER_DEGREE);
  let start = descend(graph, startOf(graph), top, level + 1);
  for (let at = <i32>min(top, level); at >= 0; at--) {
    const size = searchLevel(graph, start, beam, at);
    start = load<i64>(field(graph, POOL));
    const count = choose(graph, field(graph, POOL), size, limit, chosen);
    const links = linksOf(graph, node, at);
    store<u32>(links, <u32>count);
    memory.copy(links + 4, chosen, count << 2);
    for (let each: usize = 0; each < count; each++) linkBack(graph, load<u32>(links + 4 + (each << 2)), node, at);
  }
  if (level > top) {
    store<u32>(graph + ENTRY, node);
    store<u32>(graph + TOP_LEVEL, level);
  }
}

/** The best `beam` nodes for the query, as scores and nodes, best first; how many there are. */
export function searchGraph(graph: usize, beam: usize, nodes: usize, scores: usize): usize {
  const start = descend(graph, startOf(graph), load<u32>(graph + TOP_LEVEL), 1);
  const size = searchLevel(graph, start, beam, 0);
  const pool = field(graph, POOL);
  for (let at: usize = 0; at < size; at++) {
    const key = load<i64>(pool + (at << 3));
    store<u32>(nodes + (at << 2), nodeOf(key));
    store<f32>(scores + (at << 2), scoreOf(key));
  }
  return size;
}
