import type { KernelMemory } from '../memory.js';
import type { Region } from '../region.js';
import { DamagedPostings } from './damaged-postings.js';
import type { PackedLists } from './packed-lists.js';
import { plainRice } from './packed-postings.js';
import { scorePostingsReference, searchPostingsReference } from './posting-lists.reference.js';
import type { PostingQuery, PostingSearch, ScoredPostings } from './posting-search.js';
import { type Entries, rankEntries } from './rank-entries.js';
import { READ_ROOM, SCRATCH_BYTES, SEARCH_BYTES, SEARCH_FIELDS, TERM_BYTES, TERM_FIELDS } from './search-layout.js';
import { SearchRoom, WINDOW } from './search-room.js';

const VARIANTS = { lucene: 0, robertson: 1, atire: 2, bm25l: 3, 'bm25+': 4 } as const;
const NONE = 0xffffffff;

type BoundedQuery = PostingQuery & Pick<PostingSearch, 'bounds'>;

/**
 * Compressed postings in a kernel memory, to be searched. One for one thread: it owns the room that a search needs.
 *
 * With bounds, MaxScore over windows of ordinals: blocks that cannot hold one of the best are not read. Without, every
 * posting is weighed. Scores are the same to the last bit: sums in double precision of float32 impacts, rounded once.
 *
 * Memory: a copy of the postings, a byte an ordinal; for a search 1.6 KB a term and 20 bytes for each of `topK`.
 *
 * Oracle: `posting-lists.reference.ts`, which also runs where there is no SIMD. Cost: `pnpm bench sparse`.
 */
export class PostingLists {
  readonly memory: KernelMemory;
  readonly lists: PackedLists;
  /** Of the last search: the blocks and tails of its terms, and how many of them were decoded. */
  blocks = 0;
  decoded = 0;
  readonly #room: SearchRoom;
  readonly #tails: Region;

  /** @throws {MemoryLimitError} the memory has no room for them */
  constructor(memory: KernelMemory, lists: PackedLists) {
    this.memory = memory;
    this.lists = lists;
    const { packed, lengthCodes } = lists;
    const regions = [
      packed.blocks.length + READ_ROOM,
      packed.blockStarts.byteLength,
      packed.blockLasts.byteLength,
      lengthCodes.length,
      packed.tails.length + READ_ROOM,
    ].map((bytes) => memory.allocate(memory.kernels ? bytes : 0)) as [Region, Region, Region, Region, Region];
    this.#room = new SearchRoom(memory);
    const [blocks, blockStarts, blockLasts, lengths, tails] = regions;
    this.#tails = tails;
    if (!memory.kernels) return;
    blocks.uint8().set(packed.blocks);
    blockStarts.uint32().set(packed.blockStarts);
    blockLasts.uint32().set(packed.blockLasts);
    lengths.uint8().set(lengthCodes);
    tails.uint8().fill(0).set(packed.tails);
    this.#room.write({
      blocks: blocks.offset,
      blockStarts: blockStarts.offset,
      blockLasts: blockLasts.offset,
      lengthCodes: lengths.offset,
      size: lists.size,
      plainRice: plainRice(lists.size),
      norms: this.#room.norms.offset,
      window: WINDOW,
      sums: this.#room.sums.offset,
      touched: this.#room.touched.offset,
      found: this.#room.found.offset,
      foundSums: this.#room.foundSums.offset,
    });
  }

  /**
   * The best documents that have any of the terms: the larger score first, equal ones as `compare` has them.
   *
   * @throws {DamagedPostings}
   * @throws {MemoryLimitError}
   */
  search(call: PostingSearch): ScoredPostings {
    const { kernels } = this.memory;
    if (!kernels) return searchPostingsReference(this.lists, call);
    const room = this.#room;
    const k = Math.max(1, Math.min(call.topK, this.lists.size));
    const bestCapacity = 2 * k + 2 * WINDOW;
    this.#reserve(call, {
      filter: call.filter ? 4 * Math.ceil(this.lists.size / 32) : 0,
      heap: 4 * k,
      best: 8 * bestCapacity,
    });
    this.#writeQuery(call);
    if (call.filter) this.#writeFilter(call.filter);
    room.write({
      filter: call.filter ? room.region('filter').offset : 0,
      pruning: call.bounds ? 1 : 0,
      ...{ k, heap: room.region('heap').offset, heapSize: 0 },
      ...{ best: room.region('best').offset, bestCount: 0, bestCapacity },
      // The bits of the least float32 above 0.
      ...{ threshold: 1, next: 0 },
    });
    while (this.#guarded(call, () => kernels.searchPostings(room.search.offset)) === 1) this.#thinOut(k, call.compare);
    this.decoded = room.read('decoded');
    return rankEntries(this.#entries(), k, call.compare);
  }

  /**
   * The scores of chosen documents, in their order; 0 for one that has none of the terms.
   *
   * @param ordinals in any order; those that the lists lack have no terms
   * @throws {DamagedPostings}
   * @throws {MemoryLimitError}
   */
  score(query: PostingQuery, ordinals: Uint32Array): Float32Array {
    const { kernels } = this.memory;
    if (!kernels) return scorePostingsReference(this.lists, query, ordinals);
    const room = this.#room;
    const order = Uint32Array.from(ordinals.keys())
      .filter((at) => (ordinals[at] ?? 0) < this.lists.size)
      .sort((left, right) => (ordinals[left] ?? 0) - (ordinals[right] ?? 0));
    this.#reserve(query, {});
    this.#writeQuery(query);
    const scores = new Float32Array(ordinals.length);
    for (let from = 0; from < order.length; from += WINDOW) {
      const part = order.subarray(from, from + WINDOW);
      const found = room.found.uint32(0, part.length);
      for (let at = 0; at < part.length; at++) found[at] = ordinals[part[at] ?? 0] ?? 0;
      const sums = room.float64(room.foundSums, part.length).fill(0);
      room.write({ foundCount: part.length });
      this.#guarded(query, () => kernels.scorePostings(room.search.offset));
      for (let at = 0; at < part.length; at++) scores[part[at] ?? 0] = sums[at] ?? 0;
    }
    return scores;
  }

  #reserve({ terms, count }: PostingQuery, more: Parameters<SearchRoom['reserve']>[0]): void {
    this.blocks = 0;
    for (let at = 0; at < count; at++) this.blocks += this.#blocksAndTail(terms[at] ?? 0);
    const bytes = { terms: count * TERM_BYTES, order: 4 * count, scratch: count * SCRATCH_BYTES };
    this.#room.reserve({ ...bytes, bounds: 4 * this.blocks, ...more });
  }

  #blocksAndTail(term: number): number {
    return this.lists.blocksOf(term) + (this.lists.tailOf(term) > 0 ? 1 : 0);
  }

  #writeQuery(query: BoundedQuery): void {
    const { weighing, count } = query;
    const room = this.#room;
    const [terms, order] = [room.region('terms'), room.region('order')];
    room.norms.float32().set(weighing.norms);
    const constants = new DataView(this.memory.buffer, room.search.offset, SEARCH_BYTES);
    constants.setFloat64(SEARCH_FIELDS.k1, weighing.k1, true);
    constants.setFloat64(SEARCH_FIELDS.delta, weighing.delta, true);
    room.write({
      variant: VARIANTS[weighing.variant],
      ...{ terms: terms.offset, termCount: count, order: order.offset },
      ...{ decoded: 0, foundCount: 0, damagedTerm: 0, pruning: 0 },
    });
    const pointers = order.uint32();
    for (let at = 0; at < count; at++) pointers[at] = terms.offset + at * TERM_BYTES;
    this.#writeTerms(query);
  }

  #writeTerms({ terms, weights, count, bounds }: BoundedQuery): void {
    const { tailStarts } = this.lists.packed;
    const room = this.#room;
    const [records, allBounds] = [room.region('terms').uint32(), room.region('bounds').float32()];
    const weightsOf = room.region('terms').float32();
    let boundsAt = 0;
    for (let at = 0; at < count; at++) {
      const term = terms[at] ?? 0;
      const record = (at * TERM_BYTES) / 4;
      const set = (field: number, value: number): void => {
        records[record + field / 4] = value;
      };
      weightsOf[record + TERM_FIELDS.weight / 4] = weights[at] ?? 0;
      set(TERM_FIELDS.firstBlock, this.lists.firstBlocks[term] ?? 0);
      set(TERM_FIELDS.fullBlocks, this.lists.blocksOf(term));
      set(TERM_FIELDS.tail, this.#tails.offset + (tailStarts[term] ?? 0));
      set(TERM_FIELDS.tailEnd, this.#tails.offset + (tailStarts[term + 1] ?? 0));
      set(TERM_FIELDS.tailCount, this.lists.tailOf(term));
      set(TERM_FIELDS.bounds, room.region('bounds').offset + 4 * boundsAt);
      set(TERM_FIELDS.scratch, room.region('scratch').offset + at * SCRATCH_BYTES);
      for (const field of [TERM_FIELDS.block, TERM_FIELDS.place, TERM_FIELDS.count]) set(field, 0);
      for (const field of [TERM_FIELDS.ordinalsOf, TERM_FIELDS.frequenciesOf, TERM_FIELDS.impactsOf]) set(field, NONE);
      if (bounds) allBounds.set(bounds[at] ?? [], boundsAt);
      boundsAt += this.#blocksAndTail(term);
    }
  }

  #writeFilter(filter: Uint32Array): void {
    const words = this.#room.region('filter').uint32(0, Math.ceil(this.lists.size / 32));
    words.fill(0).set(filter.subarray(0, words.length));
    // Bits beyond the last ordinal would name documents that are not there.
    const spare = 32 * words.length - this.lists.size;
    const last = words.length - 1;
    if (spare > 0) words[last] = ((words[last] ?? 0) << spare) >>> spare;
  }

  /** Runs a kernel; bytes that it refuses become an error, and what it left half done is cleared. */
  #guarded<Result>(query: PostingQuery, kernel: () => Result): Result {
    try {
      return kernel();
    } catch (cause) {
      const record = this.#room.read('damagedTerm');
      this.#room.clear();
      if (record === 0) throw cause;
      throw new DamagedPostings(query.terms[(record - this.#room.region('terms').offset) / TERM_BYTES] ?? 0);
    }
  }

  /** Too many documents equal the worst of the best: only those stay that `compare` puts first. */
  #thinOut(k: number, compare: PostingSearch['compare']): void {
    const { ordinals, scores } = rankEntries(this.#entries(), k, compare);
    const entries = this.#room.region('best');
    const [words, floats] = [entries.uint32(), entries.float32()];
    for (let at = 0; at < ordinals.length; at++) {
      words[2 * at] = ~(ordinals[at] ?? 0);
      floats[2 * at + 1] = scores[at] ?? 0;
    }
    this.#room.write({ bestCount: ordinals.length });
  }

  #entries(): Entries {
    const best = this.#room.region('best');
    const count = this.#room.read('bestCount');
    return { words: best.uint32(0, 2 * count), floats: best.float32(0, 2 * count) };
  }
}
