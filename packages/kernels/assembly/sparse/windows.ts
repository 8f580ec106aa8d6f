import { keepBest } from './best';
import { field } from './fields';
import {
  BEST, BLOCK_MAXIMA, BLOCK_STARTS, BLOCK_WINDOWS, FILTER, FOUND, GROUP_BITS, GROUP_BLOCKS, GROUP_BOUNDS,
  GROUP_COUNT, GROUP_MASK, GROUP_MAXIMA, GROUP_OFFSETS, GROUP_ORDER, GROUPS, GROUPS_READ, IMPACT_BYTES, IMPACTS, PLACES,
  QUERY_LENGTH, QUERY_TERMS, QUERY_WEIGHTS, SCORES, SIZE, SUMS, WINDOW_BLOCKS, WINDOW_BOUNDS, WINDOW_BYTES,
  WINDOW_ORDER, WINDOW_SHIFT, WINDOWS_SCORED,
} from './window-fields';

// A bound is the sum, in the query's order, of weight times the largest impact. Scores are the same sums of no larger
// impacts, and rounding is monotone: no bound is below a score that it stands for.

// @ts-ignore: decorator
@inline
function addTo(sum: usize, value: f64): void {
  store<f64>(sum, load<f64>(sum) + value);
}

/** Adds up the bounds of all groups, and points each term at its first entry. */
function boundGroups(header: usize): void {
  const bounds = field(header, GROUP_BOUNDS);
  const groups = field(header, GROUPS);
  const maxima = field(header, GROUP_MAXIMA);
  const length = field(header, QUERY_LENGTH);
  for (let at: usize = 0; at < length; at++) {
    const term = <usize>load<u32>(field(header, QUERY_TERMS) + (at << 2)) << 2;
    const weight = load<f64>(field(header, QUERY_WEIGHTS) + (at << 3));
    const end = <usize>load<u32>(field(header, GROUP_OFFSETS) + term, 4);
    for (let entry = <usize>load<u32>(field(header, GROUP_OFFSETS) + term); entry < end; entry++) {
      const group = <usize>load<u32>(groups + (entry << 2));
      addTo(bounds + (group << 3), weight * <f64>load<f32>(maxima + (entry << 2)));
    }
  }
}

/** Lists what has a bound, largest first; of equal bounds, the first. Few: by insertion. @returns how many */
function orderByBound(bounds: usize, count: u32, order: usize): u32 {
  let size: u32 = 0;
  for (let each: u32 = 0; each < count; each++) {
    const bound = load<f64>(bounds + (<usize>each << 3));
    if (bound == 0) continue;
    let place = <usize>size;
    while (place > 0) {
      const before = load<u32>(order + ((place - 1) << 2));
      if (load<f64>(bounds + (<usize>before << 3)) >= bound) break;
      store<u32>(order + (place << 2), before);
      place -= 1;
    }
    store<u32>(order + (place << 2), each);
    size += 1;
  }
  return size;
}

/** The entry of a term that is of a group, or the number of entries below `end`. */
function entryOf(groups: usize, from: u32, end: u32, group: u32): u32 {
  let low = from;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (load<u32>(groups + (<usize>middle << 2)) < group) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Adds up the bounds of a group's windows, and notes where each term's blocks are. */
function boundWindows<W, T>(header: usize, group: u32): void {
  const bounds = field(header, WINDOW_BOUNDS);
  const notes = field(header, WINDOW_BLOCKS);
  const groups = field(header, GROUPS);
  const windows = field(header, BLOCK_WINDOWS);
  const maxima = field(header, BLOCK_MAXIMA);
  const length = field(header, QUERY_LENGTH);
  memory.fill(notes, 0, length << (GROUP_BITS + 2));
  for (let at: usize = 0; at < length; at++) {
    const term = <usize>load<u32>(field(header, QUERY_TERMS) + (at << 2)) << 2;
    const weight = load<f64>(field(header, QUERY_WEIGHTS) + (at << 3));
    const end = load<u32>(field(header, GROUP_OFFSETS) + term, 4);
    const entry = entryOf(groups, load<u32>(field(header, GROUP_OFFSETS) + term), end, group);
    if (entry == end || load<u32>(groups + (<usize>entry << 2)) != group) continue;
    const blocks = field(header, GROUP_BLOCKS) + (<usize>entry << 2);
    const last = <usize>load<u32>(blocks, 4);
    const row = notes + (at << (GROUP_BITS + 2));
    for (let block = <usize>load<u32>(blocks); block < last; block++) {
      const own = <usize>(<u32>load<W>(windows + block * sizeof<W>()) & GROUP_MASK);
      addTo(bounds + (own << 3), weight * <f64>load<T>(maxima + block * sizeof<T>()));
      store<u32>(row + (own << 2), <u32>block + 1);
    }
  }
}

/** Whether a document of the window passes. Windows are whole words of the filter. */
function isAnyIn(filter: usize, first: usize, shift: usize, documents: usize): bool {
  const end = min<usize>((first >> 5) + (<usize>1 << (shift - 5)), (documents + 31) >> 5);
  for (let word = first >> 5; word < end; word++) if (load<u32>(filter + (word << 2)) != 0) return true;
  return false;
}

function scoreWindow<T>(header: usize, own: usize): void {
  const sums = field(header, SUMS);
  const notes = field(header, WINDOW_BLOCKS) + (own << 2);
  const places = field(header, PLACES);
  const impacts = field(header, IMPACTS);
  const length = field(header, QUERY_LENGTH);
  for (let at: usize = 0; at < length; at++) {
    const block = <usize>load<u32>(notes + (at << (GROUP_BITS + 2)));
    if (block == 0) continue;
    const weight = load<f64>(field(header, QUERY_WEIGHTS) + (at << 3));
    const starts = field(header, BLOCK_STARTS) + ((block - 1) << 2);
    const end = <usize>load<u32>(starts, 4);
    for (let posting = <usize>load<u32>(starts); posting < end; posting++) {
      const place = <usize>load<u8>(places + posting) << 3;
      addTo(sums + place, weight * <f64>load<T>(impacts + posting * sizeof<T>()));
    }
  }
}

function search<W, T>(header: usize, k: usize): u32 {
  const groupBounds = field(header, GROUP_BOUNDS);
  const groupCount = <u32>field(header, GROUP_COUNT);
  const groupOrder = field(header, GROUP_ORDER);
  const windowBounds = field(header, WINDOW_BOUNDS);
  const windowOrder = field(header, WINDOW_ORDER);
  const shift = field(header, WINDOW_SHIFT);
  const sums = field(header, SUMS);
  const best = field(header, BEST);
  const filter = field(header, FILTER);
  const found = field(header, FOUND);
  const scores = field(header, SCORES);
  const documents = field(header, SIZE);
  let size: usize = 0;
  let least: f32 = 0;
  let count: usize = 0;
  let scored: u32 = 0;
  boundGroups(header);
  const ordered = orderByBound(groupBounds, groupCount, groupOrder);
  let read: u32 = 0;
  for (; read < ordered; read++) {
    const group = load<u32>(groupOrder + (<usize>read << 2));
    if (<f32>load<f64>(groupBounds + (<usize>group << 3)) < least) break;
    boundWindows<W, T>(header, group);
    const windows = orderByBound(windowBounds, 1 << GROUP_BITS, windowOrder);
    for (let at: u32 = 0; at < windows; at++) {
      const own = <usize>load<u32>(windowOrder + (<usize>at << 2));
      if (<f32>load<f64>(windowBounds + (own << 3)) < least) break;
      const first = ((<usize>group << GROUP_BITS) + own) << shift;
      if (filter != 0 && !isAnyIn(filter, first, shift, documents)) continue;
      scoreWindow<T>(header, own);
      scored += 1;
      const places = min<usize>(<usize>1 << shift, documents - first);
      for (let place: usize = 0; place < places; place++) {
        const score = <f32>load<f64>(sums + (place << 3));
        if (score == 0 || score < least) continue;
        const document = <u32>(first + place);
        if (filter != 0 && ((load<u32>(filter + (<usize>(document >> 5) << 2)) >> (document & 31)) & 1) == 0) continue;
        store<u32>(found + (count << 2), document);
        store<f32>(scores + (count << 2), score);
        count += 1;
        if (size < k || score > least) {
          size = keepBest(best, size, k, score);
          if (size == k) least = load<f32>(best);
        }
      }
      memory.fill(sums, 0, <usize>8 << shift);
    }
    memory.fill(windowBounds, 0, <usize>8 << GROUP_BITS);
  }
  memory.fill(groupBounds, 0, <usize>groupCount << 3);
  store<u32>(header + GROUPS_READ, read);
  store<u32>(header + WINDOWS_SCORED, scored);
  let kept: usize = 0;
  for (let at: usize = 0; at < count; at++) {
    const score = load<f32>(scores + (at << 2));
    if (score < least) continue;
    store<u32>(found + (kept << 2), load<u32>(found + (at << 2)));
    store<f32>(scores + (kept << 2), score);
    kept += 1;
  }
  return <u32>kept;
}

function searchAs<W>(header: usize, k: usize): u32 {
  const bytes = field(header, IMPACT_BYTES);
  if (bytes == 1) return search<W, u8>(header, k);
  return bytes == 2 ? search<W, u16>(header, k) : search<W, f32>(header, k);
}

/**
 * Scores the windows whose bounds reach the k-th best score, groups and windows with the largest bounds first.
 *
 * @returns how many documents are in `found`: the best k, and all that are as good as the k-th
 */
export function searchWindows(header: usize, k: usize): u32 {
  return field(header, WINDOW_BYTES) == 2 ? searchAs<u16>(header, k) : searchAs<u32>(header, k);
}
