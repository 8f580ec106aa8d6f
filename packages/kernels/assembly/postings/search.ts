import { dropWorse, keep, sortEntries } from './best';
import { boundWithin, probe, seekBlock, seekPlace, blocksOf } from './cursor';
import { decodeOrdinals } from './decode';
import {
  BEST_CAPACITY, BEST_COUNT, BLOCK, BOUND, COUNT, FILTER, FOUND, FOUND_COUNT, FOUND_SUMS, IMPACTS, NEXT, ORDER, PLACE,
  PRUNING, SCRATCH, SIZE, SUMS, TERM_BYTES, TERM_COUNT, TERMS, THRESHOLD, TOUCHED, u32At, WINDOW,
} from './fields';
import { weighBlock } from './weigh';

/** A sum of bounds is a little more than it would be without rounding. */
const ROUNDED_UP: f64 = 1 + 1e-9;

/**
 * The best documents, in windows of ordinals: as entries, best first, those that equal the last one among them.
 *
 * @returns 0 when it is done, 1 when there are too many entries: the caller takes some out and calls again
 */
export function searchPostings(search: usize): u32 {
  const size = u32At(search, SIZE);
  const window = u32At(search, WINDOW);
  const pruning = u32At(search, PRUNING) != 0;
  let low = u32At(search, NEXT);
  while (low < size) {
    const high = min(low + window, size);
    if (u32At(search, BEST_COUNT) + window > u32At(search, BEST_CAPACITY)) {
      if (dropWorse(search) + window > u32At(search, BEST_CAPACITY)) {
        store<u32>(search + NEXT, low);
        return 1;
      }
    }
    if (isAnyIn(u32At(search, FILTER), low, high)) {
      if (pruning) searchPruned(search, low, high);
      else searchAll(search, low, high);
    }
    low = high;
  }
  store<u32>(search + NEXT, size);
  dropWorse(search);
  sortEntries(search);
  return 0;
}

/** Adds up what the terms give to the documents found, which ascend. */
export function scorePostings(search: usize): void {
  const terms = <usize>u32At(search, TERMS);
  const end = terms + <usize>u32At(search, TERM_COUNT) * TERM_BYTES;
  for (let term = terms; term < end; term += TERM_BYTES) probeFound(search, term);
}

/** Whether a document of the range passes. Ranges are whole words of the filter, but for the last one. */
function isAnyIn(filter: usize, low: u32, high: u32): bool {
  if (filter == 0) return true;
  const end = filter + (<usize>((high + 31) >> 5) << 2);
  for (let at = filter + (<usize>(low >> 5) << 2); at < end; at += 4) if (load<u32>(at) != 0) return true;
  return false;
}

// @ts-ignore: decorator
@inline
function passes(filter: usize, ordinal: u32): bool {
  return filter == 0 || ((load<u32>(filter + (<usize>(ordinal >> 5) << 2)) >> (ordinal & 31)) & 1) != 0;
}

/** Every term in the order of the query: the sums are those of the plain searcher, whatever rounding does. */
function searchAll(search: usize, low: u32, high: u32): void {
  const terms = <usize>u32At(search, TERMS);
  const end = terms + <usize>u32At(search, TERM_COUNT) * TERM_BYTES;
  let any = false;
  for (let term = terms; term < end; term += TERM_BYTES) {
    if (!seekBlock(search, term, low)) continue;
    seekPlace(search, term, low);
    if (addWithin(search, term, low, high)) any = true;
  }
  if (!any) return;
  collect(search, low, high, 0);
  keepFound(search);
}

/**
 * MaxScore over a window. Terms that cannot make a document one of the best, all of them together, wait: the others
 * find the documents, and those that wait are asked only about what can still be among the best.
 *
 * Source: Turtle and Flood (1995), "Query Evaluation: Strategies and Optimizations"; windows as in Lucene's
 * BlockMaxMaxscore and Mallia, Ottaviano, Porciani, Tonellotto and Venturini, "Faster BlockMax WAND with Variable-Sized
 * Blocks" (SIGIR 2017).
 */
function searchPruned(search: usize, low: u32, high: u32): void {
  const threshold = load<f32>(search + THRESHOLD);
  const order = <usize>u32At(search, ORDER);
  const orderEnd = order + (<usize>u32At(search, TERM_COUNT) << 2);
  let total: f64 = 0;
  for (let at = order; at < orderEnd; at += 4) total += boundWithin(search, load<u32>(at), low, high);
  if (total == 0 || <f32>(total * ROUNDED_UP) < threshold) return;
  sortByBound(order, orderEnd);
  let waiting: f64 = 0;
  let first = order;
  for (; first < orderEnd; first += 4) {
    const sum = waiting + load<f64>(<usize>load<u32>(first) + BOUND);
    if (!(<f32>(sum * ROUNDED_UP) < threshold)) break;
    waiting = sum;
  }
  if (first + 4 == orderEnd) findAlone(search, load<u32>(first), low, high, waiting);
  else {
    for (let at = first; at < orderEnd; at += 4) {
      const term = <usize>load<u32>(at);
      if (load<f64>(term + BOUND) == 0) continue;
      seekPlace(search, term, low);
      addWithin(search, term, low, high);
    }
    collect(search, low, high, waiting);
  }
  for (let at = first - 4; at >= order && u32At(search, FOUND_COUNT) > 0; at -= 4) {
    const term = <usize>load<u32>(at);
    const bound = load<f64>(term + BOUND);
    if (bound == 0) break;
    probeFound(search, term);
    waiting -= bound;
    dropFound(search, waiting);
  }
  keepFound(search);
}

/** Ascending; nearly in order already, from the window before. */
function sortByBound(order: usize, end: usize): void {
  for (let at = order + 4; at < end; at += 4) {
    const term = load<u32>(at);
    const bound = load<f64>(<usize>term + BOUND);
    let to = at;
    while (to > order && load<f64>(<usize>load<u32>(to - 4) + BOUND) > bound) {
      store<u32>(to, load<u32>(to - 4));
      to -= 4;
    }
    store<u32>(to, term);
  }
}

/** Adds the term's postings up to before `high` to the window's sums; whether there were any. */
function addWithin(search: usize, term: usize, low: u32, high: u32): bool {
  const sums = <usize>u32At(search, SUMS);
  const touched = <usize>u32At(search, TOUCHED);
  const scratch = <usize>u32At(term, SCRATCH);
  const blocks = blocksOf(term);
  let any = false;
  for (;;) {
    let at = scratch + (<usize>u32At(term, PLACE) << 2);
    const end = scratch + (<usize>u32At(term, COUNT) << 2);
    if (at < end && load<u32>(at) < high) {
      weighBlock(search, term);
      any = true;
      do {
        const place = <usize>(load<u32>(at) - low);
        const sum = sums + (place << 3);
        store<f64>(sum, load<f64>(sum) + <f64>load<f32>(at, IMPACTS));
        const word = touched + ((place >> 6) << 3);
        store<u64>(word, load<u64>(word) | (<u64>1 << (place & 63)));
        at += 4;
      } while (at < end && load<u32>(at) < high);
      store<u32>(term + PLACE, <u32>((at - scratch) >> 2));
    }
    if (at < end) break;
    const next = u32At(term, BLOCK) + 1;
    store<u32>(term + BLOCK, next);
    if (next >= blocks || !startsBelow(search, term, high)) break;
    decodeOrdinals(search, term);
  }
  return any;
}

/** Whether the current block may have an ordinal below `high`: the one before it ends earlier. */
// @ts-ignore: decorator
@inline
function startsBelow(search: usize, term: usize, high: u32): bool {
  const scratch = <usize>u32At(term, SCRATCH);
  return load<u32>(scratch + (<usize>(u32At(term, COUNT) - 1) << 2)) + 1 < high;
}

/** Takes the window's sums that can still be among the best, and clears them all. */
function collect(search: usize, low: u32, high: u32, waiting: f64): void {
  const threshold = load<f32>(search + THRESHOLD);
  const filter = <usize>u32At(search, FILTER);
  const sums = <usize>u32At(search, SUMS);
  const touched = <usize>u32At(search, TOUCHED);
  const found = <usize>u32At(search, FOUND);
  const foundSums = <usize>u32At(search, FOUND_SUMS);
  const words = <usize>((high - low + 63) >> 6);
  let count: usize = 0;
  for (let word: usize = 0; word < words; word++) {
    let bits = load<u64>(touched + (word << 3));
    if (bits == 0) continue;
    store<u64>(touched + (word << 3), 0);
    for (; bits != 0; bits &= bits - 1) {
      const place = (word << 6) + <usize>ctz(bits);
      const sum = load<f64>(sums + (place << 3));
      store<f64>(sums + (place << 3), 0);
      if (<f32>((sum + waiting) * ROUNDED_UP) < threshold || !passes(filter, low + <u32>place)) continue;
      store<u32>(found + (count << 2), low + <u32>place);
      store<f64>(foundSums + (count << 3), sum);
      count += 1;
    }
  }
  store<u32>(search + FOUND_COUNT, <u32>count);
}

/** As adding and collecting, where one term finds all documents: nothing is added up. */
function findAlone(search: usize, term: usize, low: u32, high: u32, waiting: f64): void {
  const threshold = load<f32>(search + THRESHOLD);
  const filter = <usize>u32At(search, FILTER);
  const found = <usize>u32At(search, FOUND);
  const foundSums = <usize>u32At(search, FOUND_SUMS);
  const scratch = <usize>u32At(term, SCRATCH);
  const blocks = blocksOf(term);
  let count: usize = 0;
  seekPlace(search, term, low);
  for (;;) {
    let at = scratch + (<usize>u32At(term, PLACE) << 2);
    const end = scratch + (<usize>u32At(term, COUNT) << 2);
    if (at < end && load<u32>(at) < high) {
      weighBlock(search, term);
      do {
        const ordinal = load<u32>(at);
        const impact = <f64>load<f32>(at, IMPACTS);
        at += 4;
        if (<f32>((impact + waiting) * ROUNDED_UP) < threshold || !passes(filter, ordinal)) continue;
        store<u32>(found + (count << 2), ordinal);
        store<f64>(foundSums + (count << 3), impact);
        count += 1;
      } while (at < end && load<u32>(at) < high);
      store<u32>(term + PLACE, <u32>((at - scratch) >> 2));
    }
    if (at < end) break;
    const next = u32At(term, BLOCK) + 1;
    store<u32>(term + BLOCK, next);
    if (next >= blocks || !startsBelow(search, term, high)) break;
    decodeOrdinals(search, term);
  }
  store<u32>(search + FOUND_COUNT, <u32>count);
}

function probeFound(search: usize, term: usize): void {
  const found = <usize>u32At(search, FOUND);
  const foundSums = <usize>u32At(search, FOUND_SUMS);
  const count = <usize>u32At(search, FOUND_COUNT);
  for (let at: usize = 0; at < count; at++) {
    const impact = probe(search, term, load<u32>(found + (at << 2)));
    const sum = foundSums + (at << 3);
    store<f64>(sum, load<f64>(sum) + <f64>impact);
  }
}

/** Forgets documents found that cannot be among the best any more. */
function dropFound(search: usize, waiting: f64): void {
  const threshold = load<f32>(search + THRESHOLD);
  const found = <usize>u32At(search, FOUND);
  const foundSums = <usize>u32At(search, FOUND_SUMS);
  const count = <usize>u32At(search, FOUND_COUNT);
  // Differences of bounds may be less than the bounds that are left, by a rounding.
  const most = max<f64>(0, waiting) * ROUNDED_UP;
  let to: usize = 0;
  for (let at: usize = 0; at < count; at++) {
    const sum = load<f64>(foundSums + (at << 3));
    if (<f32>((sum + most) * ROUNDED_UP) < threshold) continue;
    store<u32>(found + (to << 2), load<u32>(found + (at << 2)));
    store<f64>(foundSums + (to << 3), sum);
    to += 1;
  }
  store<u32>(search + FOUND_COUNT, <u32>to);
}

function keepFound(search: usize): void {
  const found = <usize>u32At(search, FOUND);
  const foundSums = <usize>u32At(search, FOUND_SUMS);
  const count = <usize>u32At(search, FOUND_COUNT);
  for (let at: usize = 0; at < count; at++) {
    const score = <f32>load<f64>(foundSums + (at << 3));
    if (score >= load<f32>(search + THRESHOLD)) keep(search, load<u32>(found + (at << 2)), score);
  }
  store<u32>(search + FOUND_COUNT, 0);
}
