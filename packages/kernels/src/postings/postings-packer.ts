import { BitWriter } from './bit-writer.js';
import { GrowingBytes } from './growing-bytes.js';
import {
  BLOCK_POSTINGS,
  LARGEST_PAIR_FREQUENCY,
  LONGEST_PLAIN_TAIL,
  type PackedPostings,
  plainRice,
  RICE_ESCAPE,
} from './packed-postings.js';

const LANES = 4;
/** Postings between two chances to pause: of several terms together. */
const PAUSE_EVERY = 1 << 13;
/** What their number can say in a byte. */
const MOST_HIGH_BYTES = 255;

/** Compresses the postings of terms, term after term. The same postings give the same bytes. */
export class PostingsPacker {
  readonly #lengthCodes: Uint8Array;
  readonly #counts: number[] = [];
  readonly #blocks = new GrowingBytes();
  readonly #blockStarts: number[] = [0];
  readonly #blockLasts: number[] = [];
  readonly #tails = new GrowingBytes();
  readonly #tailStarts: number[] = [0];
  readonly #bits = new BitWriter(this.#tails);
  readonly #highs = new BitWriter(this.#blocks);
  readonly #gaps = new Uint32Array(BLOCK_POSTINGS);
  readonly #lessOne = new Uint32Array(BLOCK_POSTINGS);
  readonly #leastCodes = new Uint16Array(LARGEST_PAIR_FREQUENCY + 1);
  #sincePause = 0;

  /** @param lengthCodes by ordinal; all ordinals are below its length */
  constructor(lengthCodes: Uint8Array) {
    this.#lengthCodes = lengthCodes;
  }

  /**
   * Adds a term by the postings from `start` to before `end` of two columns.
   *
   * @param ordinals ascending
   * @param frequencies at least 1
   */
  add(ordinals: Uint32Array, frequencies: ArrayLike<number>, start = 0, end: number = ordinals.length): void {
    for (const _ of this.steps(ordinals, frequencies, start, end));
  }

  /** The same; a caller can pause at each `yield`, and must come to the end. */
  *steps(
    ordinals: Uint32Array,
    frequencies: ArrayLike<number>,
    start = 0,
    end: number = ordinals.length,
  ): Generator<void> {
    this.#counts.push(end - start);
    let at = start;
    let previous = -1;
    for (; at + BLOCK_POSTINGS <= end; at += BLOCK_POSTINGS) {
      this.#take(ordinals, frequencies, at, BLOCK_POSTINGS, previous);
      this.#packBlock(ordinals, frequencies, at);
      previous = ordinals[at + BLOCK_POSTINGS - 1] ?? 0;
      if (this.#isPauseDue(BLOCK_POSTINGS)) yield;
    }
    this.#take(ordinals, frequencies, at, end - at, previous);
    if (at < end) this.#packTail(end - at);
    this.#tailStarts.push(this.#tails.length);
    if (this.#isPauseDue(end - at)) yield;
  }

  finish(): PackedPostings {
    return {
      counts: new Uint32Array(this.#counts),
      blocks: this.#blocks.slice(),
      blockStarts: new Uint32Array(this.#blockStarts),
      blockLasts: new Uint32Array(this.#blockLasts),
      tails: this.#tails.slice(),
      tailStarts: new Uint32Array(this.#tailStarts),
    };
  }

  #isPauseDue(postings: number): boolean {
    this.#sincePause += postings;
    if (this.#sincePause < PAUSE_EVERY) return false;
    this.#sincePause = 0;
    return true;
  }

  /** Turns `count` postings into gaps and frequencies less 1. */
  #take(ordinals: Uint32Array, frequencies: ArrayLike<number>, from: number, count: number, previous: number): void {
    let before = previous;
    for (let place = 0; place < count; place++) {
      const ordinal = ordinals[from + place] ?? 0;
      this.#gaps[place] = ordinal - before - 1;
      this.#lessOne[place] = (frequencies[from + place] ?? 1) - 1;
      before = ordinal;
    }
  }

  #packBlock(ordinals: Uint32Array, frequencies: ArrayLike<number>, from: number): void {
    const blocks = this.#blocks;
    const gaps = bestShape(this.#gaps);
    const less = bestShape(this.#lessOne);
    const pairs = this.#findPairs(ordinals, frequencies, from);
    for (const byte of [gaps.width, gaps.highBytes, less.width, less.highBytes, pairs]) blocks.push(byte);
    this.#packColumn(this.#gaps, gaps);
    this.#packColumn(this.#lessOne, less);
    this.#packPairs();
    this.#blockStarts.push(blocks.length);
    this.#blockLasts.push(ordinals[from + BLOCK_POSTINGS - 1] ?? 0);
  }

  /** Leaves the length codes of pairs in `#leastCodes`, by frequency, and 256 elsewhere; returns how many there are. */
  #findPairs(ordinals: Uint32Array, frequencies: ArrayLike<number>, from: number): number {
    const least = this.#leastCodes.fill(256);
    for (let place = from; place < from + BLOCK_POSTINGS; place++) {
      const frequency = Math.min(frequencies[place] ?? 1, LARGEST_PAIR_FREQUENCY);
      const code = this.#lengthCodes[ordinals[place] ?? 0] ?? 0;
      if (code < (least[frequency] ?? 0)) least[frequency] = code;
    }
    let pairs = 0;
    let smallest = 256;
    for (let frequency = LARGEST_PAIR_FREQUENCY; frequency > 0; frequency--) {
      if ((least[frequency] ?? 256) < smallest) {
        smallest = least[frequency] ?? 256;
        pairs++;
      } else least[frequency] = 256;
    }
    return pairs;
  }

  #packPairs(): void {
    for (let frequency = 1; frequency <= LARGEST_PAIR_FREQUENCY; frequency++) {
      const code = this.#leastCodes[frequency] ?? 256;
      if (code === 256) continue;
      this.#blocks.push(frequency);
      this.#blocks.push(code);
    }
  }

  #packColumn(column: Uint32Array, { width, highBytes }: ColumnShape): void {
    packLows(column, width, this.#blocks);
    if (highBytes === 0) return;
    for (const value of column) {
      for (let zeros = value >>> width; zeros > 0; zeros -= 16) this.#highs.write(0, Math.min(zeros, 16));
      this.#highs.write(1, 1);
    }
    this.#highs.flush();
  }

  #packTail(count: number): void {
    const rice = count > LONGEST_PLAIN_TAIL ? bestRice(this.#gaps, count) : plainRice(this.#lengthCodes.length);
    if (count > LONGEST_PLAIN_TAIL) this.#tails.push(rice);
    for (let place = 0; place < count; place++) {
      this.#writeRice(this.#gaps[place] ?? 0, rice);
      this.#writeGamma((this.#lessOne[place] ?? 0) + 1);
    }
    this.#bits.flush();
  }

  #writeRice(value: number, rice: number): void {
    const ones = rice < 32 ? value >>> rice : 0;
    if (ones < RICE_ESCAPE) {
      this.#bits.write(2 ** ones - 1, ones + 1);
      this.#bits.write(value, rice);
    } else {
      this.#bits.write(2 ** RICE_ESCAPE - 1, RICE_ESCAPE);
      this.#bits.write(value, 32);
    }
  }

  #writeGamma(value: number): void {
    const zeros = 31 - Math.clz32(value);
    this.#bits.write(0, zeros);
    this.#bits.write(1, 1);
    this.#bits.write(value, zeros);
  }
}

/** How a column is parted: bits of the low parts, and bytes of the high ones. */
interface ColumnShape {
  readonly width: number;
  readonly highBytes: number;
}

/** The shape of the fewest bytes. */
function bestShape(column: Uint32Array): ColumnShape {
  const most = 32 - Math.clz32(column.reduce((all, value) => all | value, 0));
  let best = { width: most, highBytes: 0 };
  for (let width = most - 1; width >= 0; width--) {
    let bits = BLOCK_POSTINGS;
    for (const value of column) bits += value >>> width;
    const highBytes = Math.ceil(bits / 8);
    // From here on the high parts double with each bit.
    if (highBytes > MOST_HIGH_BYTES) break;
    if (16 * width + highBytes < 16 * best.width + best.highBytes) best = { width, highBytes };
  }
  return best;
}

function packLows(column: Uint32Array, width: number, target: GrowingBytes): void {
  if (width === 0) return;
  const words = new Uint32Array(LANES * width);
  const mask = width === 32 ? 0xffffffff : 2 ** width - 1;
  for (let place = 0; place < BLOCK_POSTINGS; place++) {
    const low = ((column[place] ?? 0) & mask) >>> 0;
    const bit = Math.floor(place / LANES) * width;
    const word = LANES * (bit >>> 5) + (place % LANES);
    const shift = bit & 31;
    words[word] = (words[word] ?? 0) | (low << shift);
    if (shift + width > 32) words[word + LANES] = (words[word + LANES] ?? 0) | (low >>> (32 - shift));
  }
  for (const word of words) target.pushWord(word);
}

/** The parameter with which gaps take the fewest bits. */
function bestRice(gaps: Uint32Array, count: number): number {
  let best = 0;
  let fewest = Number.POSITIVE_INFINITY;
  for (let rice = 0; rice < 32; rice++) {
    let bits = 0;
    for (let place = 0; place < count; place++) {
      const ones = (gaps[place] ?? 0) >>> rice;
      bits += ones < RICE_ESCAPE ? ones + 1 + rice : RICE_ESCAPE + 32;
    }
    if (bits >= fewest) continue;
    fewest = bits;
    best = rice;
  }
  return best;
}
