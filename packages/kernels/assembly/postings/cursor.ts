import { decodeOrdinals } from './decode';
import {
  BLOCK, BLOCK_LASTS, BOUND, COUNT, FIRST_BLOCK, FREQUENCIES, FULL_BLOCKS, ORDINALS_OF, PLACE, SCRATCH, SIZE, TAIL_COUNT,
  u32At, WEIGHT,
} from './fields';
import { decodeFrequencies } from './decode';
import { boundOf, impactOf } from './weigh';

// @ts-ignore: decorator
@inline
export function blocksOf(term: usize): u32 {
  return u32At(term, FULL_BLOCKS) + (u32At(term, TAIL_COUNT) > 0 ? 1 : 0);
}

/** No ordinal of the block is above it. */
// @ts-ignore: decorator
@inline
function lastOf(search: usize, term: usize, block: u32): u32 {
  if (block >= u32At(term, FULL_BLOCKS)) return u32At(search, SIZE) - 1;
  return load<u32>(<usize>u32At(search, BLOCK_LASTS) + (<usize>(u32At(term, FIRST_BLOCK) + block) << 2));
}

/** All ordinals of the block are at least this. */
// @ts-ignore: decorator
@inline
function firstOf(search: usize, term: usize, block: u32): u32 {
  return block == 0 ? 0 : lastOf(search, term, block - 1) + 1;
}

/** Moves to the first block that may reach `ordinal`; whether there is one. */
export function seekBlock(search: usize, term: usize, ordinal: u32): bool {
  const blocks = blocksOf(term);
  let block = u32At(term, BLOCK);
  while (block < blocks && lastOf(search, term, block) < ordinal) block++;
  store<u32>(term + BLOCK, block);
  return block < blocks;
}

/** Moves within the current block to the first posting from `ordinal` on, as far as its end. */
export function seekPlace(search: usize, term: usize, ordinal: u32): u32 {
  decodeOrdinals(search, term);
  const ordinals = <usize>u32At(term, SCRATCH);
  const count = u32At(term, COUNT);
  let place = u32At(term, PLACE);
  if (place < count && load<u32>(ordinals + (<usize>place << 2)) < ordinal) {
    let step: u32 = 1;
    while (place + step < count && load<u32>(ordinals + (<usize>(place + step) << 2)) < ordinal) {
      place += step;
      step <<= 1;
    }
    let end = min(place + step, count);
    place += 1;
    while (place < end) {
      const middle = (place + end) >> 1;
      if (load<u32>(ordinals + (<usize>middle << 2)) < ordinal) place = middle + 1;
      else end = middle;
    }
    store<u32>(term + PLACE, place);
  }
  return place;
}

/**
 * What the term can add to a document from `low` to before `high`, rounded up; kept as its bound.
 *
 * Where a block reaches over the whole range, its postings are looked at: most such ranges have none.
 */
export function boundWithin(search: usize, term: usize, low: u32, high: u32): f64 {
  let bound: f64 = 0;
  if (seekBlock(search, term, low)) {
    let block = u32At(term, BLOCK);
    if (firstOf(search, term, block) <= low && lastOf(search, term, block) >= high - 1) {
      const place = seekPlace(search, term, low);
      if (place < u32At(term, COUNT) && load<u32>(<usize>u32At(term, SCRATCH) + (<usize>place << 2)) < high) {
        bound = boundOf(term, block);
      }
    } else {
      const blocks = blocksOf(term);
      while (block < blocks && firstOf(search, term, block) < high) bound = max(bound, boundOf(term, block++));
    }
  }
  store<f64>(term + BOUND, bound);
  return bound;
}

/** What the term adds to a document, 0 where that lacks it. Documents are asked for in ascending order. */
export function probe(search: usize, term: usize, ordinal: u32): f32 {
  if (!seekBlock(search, term, ordinal)) return 0;
  // Between two blocks: nothing needs to be decoded.
  const block = u32At(term, BLOCK);
  if (u32At(term, ORDINALS_OF) != block && firstOf(search, term, block) > ordinal) return 0;
  const place = <usize>seekPlace(search, term, ordinal) << 2;
  const scratch = <usize>u32At(term, SCRATCH);
  if (place >= <usize>u32At(term, COUNT) << 2 || load<u32>(scratch + place) != ordinal) return 0;
  decodeFrequencies(search, term);
  return impactOf(search, load<f32>(term + WEIGHT), load<u32>(scratch + place + FREQUENCIES), ordinal);
}
