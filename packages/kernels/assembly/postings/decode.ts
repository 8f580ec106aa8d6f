import {
  BLOCK, BLOCK_LASTS, BLOCK_POSTINGS, BLOCK_STARTS, BLOCKS, COUNT, DAMAGED_TERM, DECODED, FIRST_BLOCK, FREQUENCIES,
  FREQUENCIES_OF, FULL_BLOCKS, ORDINALS_OF, PLACE, PLAIN_RICE, SCRATCH, SIZE, TAIL, TAIL_COUNT, TAIL_END, u32At,
} from './fields';

const HEADER: usize = 5;
const RICE_ESCAPE: u32 = 20;
const LONGEST_PLAIN_TAIL: u32 = 2;

/** Leaves the search: what the caller finds afterwards is the term, and a trap. */
export function refuse(search: usize, term: usize): void {
  store<u32>(search + DAMAGED_TERM, <u32>term);
  unreachable();
}

/** Numbers of `width` bits, 0 to 32, four lanes at a time. */
function unpack(source: usize, width: u32, target: usize): void {
  if (width == 0) {
    memory.fill(target, 0, 512);
    return;
  }
  const mask = i32x4.splat(width == 32 ? -1 : (1 << width) - 1);
  let at = source;
  let shift: u32 = 0;
  let words = v128.load(at);
  for (let row: usize = 0; row < 512; row += 16) {
    let values = i32x4.shr_u(words, shift);
    shift += width;
    if (shift >= 32) {
      shift -= 32;
      at += 16;
      // The last row may end with the block: there is nothing to load then.
      if (shift > 0 || row < 496) words = v128.load(at);
      if (shift > 0) values = v128.or(values, i32x4.shl(words, width - shift));
    }
    v128.store(target, v128.and(values, mask), 0);
    target += 16;
  }
}

/** Puts the high parts above the low ones, `width` bits up; whether there was one for each, and nothing behind. */
function addHighs(source: usize, bytes: u32, width: u32, target: usize): bool {
  const shift = <u64>width;
  const end = target + 512;
  const bits = <u64>bytes << 3;
  // Behind the last number: a position less one for each number before is the sum of the zeros so far.
  let previous: u64 = -1;
  for (let from: u64 = 0; from < bits; from += 64) {
    let word = load<u64>(source + <usize>(from >> 3));
    // Reads of eight bytes may reach into what follows.
    if (bits - from < 64) word &= ((<u64>1) << (bits - from)) - 1;
    for (; word != 0; word &= word - 1) {
      if (target == end) return false;
      const at = from + ctz(word);
      store<u32>(target, load<u32>(target) + <u32>((at - previous - 1) << shift));
      target += 4;
      previous = at;
    }
  }
  return target == end && bits - previous <= 8;
}

/** Gaps become ordinals; whether they ascend and end with `last`. */
function addUp(ordinals: usize, previous: u32, last: u32, mayWrap: bool): bool {
  const zero = i32x4.splat(0);
  const one = i32x4.splat(1);
  let before = i32x4.splat(previous);
  for (let at = ordinals; at < ordinals + 512; at += 16) {
    let sum = i32x4.add(v128.load(at), one);
    sum = i32x4.add(sum, v128.shuffle<i32>(zero, sum, 0, 4, 5, 6));
    sum = i32x4.add(sum, v128.shuffle<i32>(zero, sum, 0, 1, 4, 5));
    sum = i32x4.add(sum, before);
    v128.store(at, sum);
    before = v128.shuffle<i32>(sum, sum, 3, 3, 3, 3);
  }
  if (<u32>i32x4.extract_lane(before, 3) != last) return false;
  if (!mayWrap) return true;
  let earlier = <i64>(previous + 1) - 1;
  for (let at = ordinals; at < ordinals + 512; at += 4) {
    const ordinal = <i64>load<u32>(at);
    if (ordinal <= earlier) return false;
    earlier = ordinal;
  }
  return true;
}

/** Where a full block's bytes are, checked against what its header says they are. */
function expectBlock(search: usize, term: usize, block: u32): usize {
  const starts = u32At(search, BLOCK_STARTS) + ((u32At(term, FIRST_BLOCK) + block) << 2);
  const start = load<u32>(starts);
  const bytes = load<u32>(starts, 4) - start;
  const at = <usize>u32At(search, BLOCKS) + start;
  if (bytes < <u32>HEADER) refuse(search, term);
  const gapWidth = <u32>load<u8>(at);
  const width = <u32>load<u8>(at, 2);
  const highs = <u32>load<u8>(at, 1) + <u32>load<u8>(at, 3);
  const wanted = <u32>HEADER + 16 * (gapWidth + width) + highs + 2 * <u32>load<u8>(at, 4);
  if (gapWidth > 32 || width > 32 || wanted != bytes) refuse(search, term);
  return at;
}

/** The ordinals of the term's current block; those of a tail with their frequencies. */
export function decodeOrdinals(search: usize, term: usize): void {
  const block = u32At(term, BLOCK);
  if (u32At(term, ORDINALS_OF) == block) return;
  store<u32>(search + DECODED, u32At(search, DECODED) + 1);
  const scratch = <usize>u32At(term, SCRATCH);
  const first = u32At(term, FIRST_BLOCK);
  const lasts = <usize>u32At(search, BLOCK_LASTS) + (<usize>(first + block) << 2);
  const previous: u32 = block == 0 ? -1 : load<u32>(lasts - 4);
  store<u32>(term + PLACE, 0);
  if (block < u32At(term, FULL_BLOCKS)) {
    const at = expectBlock(search, term, block);
    const width = <u32>load<u8>(at);
    const highs = <u32>load<u8>(at, 1);
    unpack(at + HEADER, width, scratch);
    if (highs > 0 && !addHighs(at + HEADER + 16 * width, highs, width, scratch)) refuse(search, term);
    // 128 low parts and 2,040 high ones, of 20 bits, stay below 2^32: an end that is right is one without a turn.
    const mayWrap = width > 20;
    if (!addUp(scratch, previous, load<u32>(lasts), mayWrap)) refuse(search, term);
    store<u32>(term + COUNT, BLOCK_POSTINGS);
  } else {
    decodeTail(search, term, scratch, previous);
    store<u32>(term + FREQUENCIES_OF, block);
  }
  store<u32>(term + ORDINALS_OF, block);
}

/** The frequencies of the term's current block, whose ordinals are decoded. */
export function decodeFrequencies(search: usize, term: usize): void {
  const block = u32At(term, BLOCK);
  if (u32At(term, FREQUENCIES_OF) == block) return;
  const at = expectBlock(search, term, block);
  const gapWidth = <u32>load<u8>(at);
  const width = <u32>load<u8>(at, 2);
  const target = <usize>u32At(term, SCRATCH) + FREQUENCIES;
  const from = at + HEADER + 16 * gapWidth + <usize>load<u8>(at, 1);
  unpack(from, width, target);
  const highs = <u32>load<u8>(at, 3);
  if (highs > 0 && !addHighs(from + 16 * width, highs, width, target)) refuse(search, term);
  const one = i32x4.splat(1);
  for (let each = target; each < target + 512; each += 16) v128.store(each, i32x4.add(v128.load(each), one));
  store<u32>(term + FREQUENCIES_OF, block);
}

/** Reads of eight bytes reach beyond the end: by less than the room that is kept free behind the tails. */
function decodeTail(search: usize, term: usize, scratch: usize, previous: u32): void {
  const count = u32At(term, TAIL_COUNT);
  const size = <u64>u32At(search, SIZE);
  const end = <u64>u32At(term, TAIL_END) << 3;
  let at = <u64>u32At(term, TAIL) << 3;
  let rice: u64 = u32At(search, PLAIN_RICE);
  if (count > LONGEST_PLAIN_TAIL) {
    rice = load<u8>(<usize>(at >> 3));
    at += 8;
  }
  if (rice > 32) refuse(search, term);
  const lowBits = ((<u64>1) << rice) - 1;
  let next = <u64>(previous + 1);
  let place: usize = 0;
  for (const stop = <usize>count << 2; place < stop; place += 4) {
    let bits = load<u64>(<usize>(at >> 3)) >> (at & 7);
    let gap: u64;
    const ones = ctz(~bits);
    if (ones < RICE_ESCAPE) {
      at += ones + 1;
      bits = load<u64>(<usize>(at >> 3)) >> (at & 7);
      gap = (ones << rice) | (bits & lowBits);
      at += rice;
    } else {
      at += RICE_ESCAPE;
      gap = (load<u64>(<usize>(at >> 3)) >> (at & 7)) & 0xffffffff;
      at += 32;
    }
    bits = load<u64>(<usize>(at >> 3)) >> (at & 7);
    const zeros = ctz(bits);
    if (zeros > 31) refuse(search, term);
    at += zeros + 1;
    bits = load<u64>(<usize>(at >> 3)) >> (at & 7);
    const frequency = ((<u64>1) << zeros) | (bits & (((<u64>1) << zeros) - 1));
    at += zeros;
    next += gap;
    if (next >= size || at > end) refuse(search, term);
    store<u32>(scratch + place, <u32>next);
    store<u32>(scratch + place + FREQUENCIES, <u32>frequency);
    next += 1;
  }
  if (end - at > 7) refuse(search, term);
  store<u32>(term + COUNT, count);
  // Whole rows of four: what is beyond the end is weighed like the rest, and not looked at.
  for (; (place & 15) != 0; place += 4) {
    store<u32>(scratch + place, 0);
    store<u32>(scratch + place + FREQUENCIES, 1);
  }
}
