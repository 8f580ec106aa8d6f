import { DamagedPostings } from './damaged-postings.js';
import { BLOCK_POSTINGS, blockOffsets, LARGEST_PAIR_FREQUENCY, type PackedPostings } from './packed-postings.js';
import type { Weighing } from './posting-search.js';
import { forPairs, type UnpackedPostings, unpackBlock, unpackPostings, unpackTail } from './unpack-postings.js';
import { weighReference } from './weigh.reference.js';

/** A bound is as much above what it bounds, relatively and absolutely: more than any formula loses by rounding. */
const BOUND_FACTOR = 1 + 2 ** -20;
const BOUND_EXTRA = 2 ** -21;
/** Stands for all that the largest frequency of a pair stands for. */
const ENDLESS = 2 ** 32;

/** Compressed postings with what is needed to read them: where blocks begin and how far ordinals go. */
export class PackedLists {
  readonly packed: PackedPostings;
  /** By ordinal. */
  readonly lengthCodes: Uint8Array;
  /** By term: blocks of the terms before it. One more than there are terms. */
  readonly firstBlocks: Uint32Array;

  /**
   * @param packed its starts ascend from 0 to the length of what they point into; its lasts ascend within a term, below
   *   the number of length codes
   */
  constructor(packed: PackedPostings, lengthCodes: Uint8Array) {
    this.packed = packed;
    this.lengthCodes = lengthCodes;
    this.firstBlocks = blockOffsets(packed.counts);
  }

  /** Ordinals are below it. */
  get size(): number {
    return this.lengthCodes.length;
  }

  /** Full blocks of a term. */
  blocksOf(term: number): number {
    return Math.floor((this.packed.counts[term] ?? 0) / BLOCK_POSTINGS);
  }

  /** Postings of a term that are in no full block. */
  tailOf(term: number): number {
    return (this.packed.counts[term] ?? 0) % BLOCK_POSTINGS;
  }

  /** The last ordinal of a term's full blocks, -1 where it has none. */
  lastOf(term: number): number {
    const blocks = this.blocksOf(term);
    return blocks === 0 ? -1 : (this.packed.blockLasts[(this.firstBlocks[term] ?? 0) + blocks - 1] ?? 0);
  }

  /**
   * The postings of a term.
   *
   * @throws {DamagedPostings}
   */
  postingsOf(term: number): UnpackedPostings {
    const { packed, size } = this;
    const postings = unpackPostings({ packed, term, firstBlock: this.firstBlocks[term] ?? 0, size });
    if (!postings) throw new DamagedPostings(term);
    return postings;
  }

  /**
   * How often a document has a term, 0 where it has not. Decodes one block.
   *
   * @throws {DamagedPostings}
   */
  frequencyIn(term: number, ordinal: number): number {
    const block = this.#blockWith(term, ordinal);
    const isTail = block === this.blocksOf(term);
    const { ordinals, frequencies } = isTail ? this.#tailColumns(term) : this.#blockColumns(term, block);
    const place = ordinals.indexOf(ordinal);
    return place < 0 ? 0 : (frequencies[place] ?? 0);
  }

  /**
   * What a posting adds at most for a weight of 1: one number for each block of a term, and one for its tail if it has one.
   *
   * @throws {DamagedPostings}
   */
  boundsOf(term: number, weighing: Weighing): Float32Array {
    const blocks = this.blocksOf(term);
    const bounds = new Float32Array(blocks + (this.tailOf(term) > 0 ? 1 : 0));
    for (let block = 0; block < bounds.length; block++) {
      const most = block < blocks ? this.#blockMost(term, block, weighing) : this.#tailMost(term, weighing);
      bounds[block] = most * BOUND_FACTOR + BOUND_EXTRA;
    }
    return bounds;
  }

  #blockMost(term: number, block: number, weighing: Weighing): number {
    let most = 0;
    forPairs(this.packed, (this.firstBlocks[term] ?? 0) + block, (frequency, code) => {
      const reached = frequency === LARGEST_PAIR_FREQUENCY ? ENDLESS : frequency;
      const impact = weighReference(weighing, 1, reached, weighing.norms[code] ?? 0);
      if (impact > most) most = impact;
    });
    if (most === 0) throw new DamagedPostings(term);
    return most;
  }

  #tailMost(term: number, weighing: Weighing): number {
    const { ordinals, frequencies } = this.#tailColumns(term);
    let most = 0;
    for (let at = 0; at < ordinals.length; at++) {
      const norm = weighing.norms[this.lengthCodes[ordinals[at] ?? 0] ?? 0] ?? 0;
      most = Math.max(most, weighReference(weighing, 1, frequencies[at] ?? 0, norm));
    }
    return most;
  }

  /** The first full block of a term that reaches an ordinal, counted within the term; behind the last where none does. */
  #blockWith(term: number, ordinal: number): number {
    const first = this.firstBlocks[term] ?? 0;
    let [low, high] = [0, this.blocksOf(term)];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.packed.blockLasts[first + middle] ?? 0) < ordinal) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #blockColumns(term: number, block: number): UnpackedPostings {
    const columns = columnsOf(BLOCK_POSTINGS);
    const at = (this.firstBlocks[term] ?? 0) + block;
    const previous = block === 0 ? -1 : (this.packed.blockLasts[at - 1] ?? 0);
    if (!unpackBlock(this.packed, at, previous, columns)) throw new DamagedPostings(term);
    return columns;
  }

  #tailColumns(term: number): UnpackedPostings {
    const { packed, size } = this;
    const columns = columnsOf(this.tailOf(term));
    const place = { packed, term, firstBlock: this.firstBlocks[term] ?? 0, size };
    if (!unpackTail(place, this.lastOf(term), columns)) throw new DamagedPostings(term);
    return columns;
  }
}

function columnsOf(count: number): UnpackedPostings {
  return { ordinals: new Uint32Array(count), frequencies: new Uint32Array(count) };
}
