import { BitReader } from './bit-reader.js';
import {
  BLOCK_HEADER,
  BLOCK_POSTINGS,
  LONGEST_PLAIN_TAIL,
  type PackedPostings,
  plainRice,
  RICE_ESCAPE,
} from './packed-postings.js';

const LANES = 4;

/** Postings in two aligned columns. */
export interface UnpackedPostings {
  /** Ascending. */
  readonly ordinals: Uint32Array;
  /** At least 1. */
  readonly frequencies: Uint32Array;
}

/** Where the postings of a term are, and how far ordinals go. */
export interface PackedTerm {
  readonly packed: PackedPostings;
  readonly term: number;
  /** Blocks of the terms before it: see `blockOffsets`. */
  readonly firstBlock: number;
  /** Ordinals are below it: the number of length codes that the packer had. */
  readonly size: number;
}

/**
 * The postings of a term; `undefined` where its bytes are not what a packer writes.
 *
 * Plain code: the oracle of the compiled search, and what runs where there is no SIMD.
 */
export function unpackPostings(place: PackedTerm): UnpackedPostings | undefined {
  const { packed, term, firstBlock } = place;
  const count = packed.counts[term] ?? 0;
  const columns = { ordinals: new Uint32Array(count), frequencies: new Uint32Array(count) };
  const blocks = Math.floor(count / BLOCK_POSTINGS);
  for (let block = 0; block < blocks; block++) {
    const at = block * BLOCK_POSTINGS;
    const ordinals = columns.ordinals.subarray(at, at + BLOCK_POSTINGS);
    const frequencies = columns.frequencies.subarray(at, at + BLOCK_POSTINGS);
    const previous = block === 0 ? -1 : (packed.blockLasts[firstBlock + block - 1] ?? 0);
    if (!unpackBlock(packed, firstBlock + block, previous, { ordinals, frequencies })) return undefined;
  }
  const whole = blocks * BLOCK_POSTINGS;
  const tail = { ordinals: columns.ordinals.subarray(whole), frequencies: columns.frequencies.subarray(whole) };
  const previous = blocks === 0 ? -1 : (columns.ordinals[whole - 1] ?? 0);
  return unpackTail(place, previous, tail) ? columns : undefined;
}

/** Writes the tail of a term, of as many postings as the columns have; whether it was sound. */
export function unpackTail({ packed, term, size }: PackedTerm, previous: number, columns: UnpackedPostings): boolean {
  const { ordinals, frequencies } = columns;
  const [start, end] = [packed.tailStarts[term] ?? 0, packed.tailStarts[term + 1] ?? 0];
  if (ordinals.length === 0) return start === end;
  const isPlain = ordinals.length <= LONGEST_PLAIN_TAIL;
  const rice = isPlain ? plainRice(size) : (packed.tails[start] ?? 0);
  if (rice > 32) return false;
  const bits = new BitReader(packed.tails, isPlain ? start : start + 1, end);
  let before = previous;
  for (let place = 0; place < ordinals.length; place++) {
    const ordinal = before + readRice(bits, rice) + 1;
    const frequency = readGamma(bits);
    if (ordinal >= size || frequency === 0 || bits.isOver) return false;
    ordinals[place] = ordinal;
    frequencies[place] = frequency;
    before = ordinal;
  }
  return bits.isDone;
}

/** Calls back with the pairs of a block: frequency and length code. */
export function forPairs(
  { blocks, blockStarts }: PackedPostings,
  block: number,
  visit: (frequency: number, code: number) => void,
): void {
  const [start, end] = [blockStarts[block] ?? 0, blockStarts[block + 1] ?? 0];
  const first = Math.max(start, end - 2 * (blocks[start + 4] ?? 0));
  for (let at = first; at + 1 < end; at += 2) visit(blocks[at] ?? 0, blocks[at + 1] ?? 0);
}

/** Writes a full block, of 128 postings, into the columns; whether it was sound. */
export function unpackBlock(
  { blocks, blockStarts, blockLasts }: PackedPostings,
  block: number,
  previous: number,
  { ordinals, frequencies }: UnpackedPostings,
): boolean {
  const [start, end] = [blockStarts[block] ?? 0, blockStarts[block + 1] ?? 0];
  if (end - start < BLOCK_HEADER) return false;
  const [gapWidth = 0, gapHighs = 0, width = 0, highs = 0, pairs = 0] = blocks.subarray(start, end);
  const gapsAt = start + BLOCK_HEADER;
  const gapHighsAt = gapsAt + 16 * gapWidth;
  const frequenciesAt = gapHighsAt + gapHighs;
  const highsAt = frequenciesAt + 16 * width;
  const bytes = highsAt + highs + 2 * pairs - start;
  if (gapWidth > 32 || width > 32 || bytes !== end - start) return false;
  unpackLows(blocks, gapsAt, gapWidth, ordinals);
  unpackLows(blocks, frequenciesAt, width, frequencies);
  if (!addHighs(blocks, gapHighsAt, gapHighs, gapWidth, ordinals)) return false;
  if (!addHighs(blocks, highsAt, highs, width, frequencies)) return false;
  let before = previous;
  for (let place = 0; place < BLOCK_POSTINGS; place++) {
    before += (ordinals[place] ?? 0) + 1;
    ordinals[place] = before;
    frequencies[place] = (frequencies[place] ?? 0) + 1;
    if (before > 0xffffffff || frequencies[place] === 0) return false;
  }
  return before === blockLasts[block];
}

function unpackLows(blocks: Uint8Array, start: number, width: number, column: Uint32Array): void {
  column.fill(0);
  if (width === 0) return;
  const words = new DataView(blocks.buffer, blocks.byteOffset + start, 16 * width);
  const mask = width === 32 ? 0xffffffff : 2 ** width - 1;
  for (let place = 0; place < BLOCK_POSTINGS; place++) {
    const bit = Math.floor(place / LANES) * width;
    const word = 4 * (LANES * (bit >>> 5) + (place % LANES));
    const shift = bit & 31;
    let value = words.getUint32(word, true) >>> shift;
    if (shift + width > 32) value |= words.getUint32(word + 16, true) << (32 - shift);
    column[place] = value & mask;
  }
}

/** Puts the high parts above the low ones; whether there was one for each. */
function addHighs(blocks: Uint8Array, start: number, bytes: number, width: number, column: Uint32Array): boolean {
  if (bytes === 0) return true;
  const bits = new BitReader(blocks, start, start + bytes);
  for (let place = 0; place < BLOCK_POSTINGS; place++) {
    let high = 0;
    while (bits.bit() === 0) {
      if (bits.isOver) return false;
      high++;
    }
    // As a product: what does not fit into 32 bits is found out by its sum.
    const value = (column[place] ?? 0) + high * 2 ** width;
    if (value > 0xffffffff) return false;
    column[place] = value;
  }
  return bits.isDone;
}

function readRice(bits: BitReader, rice: number): number {
  let ones = 0;
  while (ones < RICE_ESCAPE && bits.bit() === 1) ones++;
  return ones === RICE_ESCAPE ? bits.read(32) : ones * 2 ** rice + bits.read(rice);
}

/** 0 where there is none. */
function readGamma(bits: BitReader): number {
  let zeros = 0;
  while (bits.bit() === 0) if (++zeros > 31) return 0;
  return (2 ** zeros + bits.read(zeros)) >>> 0;
}
