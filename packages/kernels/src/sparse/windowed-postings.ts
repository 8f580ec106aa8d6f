import type { KernelMemory } from '../memory.js';
import type { Region } from '../region.js';
import type { FoundRows, SparseQuery } from './sparse-clusters-parts.js';
import { GROUP_WINDOWS, WINDOW_FIELDS, WINDOW_HEADER_BYTES } from './window-layout.js';

/** Places of a window are numbers of a byte, whatever a damaged index says. */
const MOST_PLACES = 256;

/** What {@link WindowedPostings} is made of. Copied. Checked by the caller. */
export interface WindowedParts {
  /** Terms are numbers below it. */
  readonly columns: number;
  /** Documents are numbers below it. */
  readonly size: number;
  /** A power of 2, at most 256. */
  readonly windowDocuments: number;
  /** First block of each term: rising from 0, one more than there are terms. */
  readonly blockOffsets: Uint32Array;
  /** Rising within a term. */
  readonly blockWindows: Uint16Array | Uint32Array;
  /** First posting of each block: rising from 0, one more than there are blocks. */
  readonly blockStarts: Uint32Array;
  /** The largest impact of each block. */
  readonly blockMaxima: Uint8Array | Uint16Array | Float32Array;
  /** Of each posting: the document's place in its window. */
  readonly places: Uint8Array;
  readonly impacts: Uint8Array | Uint16Array | Float32Array;
}

/**
 * Postings by term in windows of documents, in kernel memory, searched exactly by two levels of bounds: groups of 32
 * windows, then windows. Only where the compiled kernels run: their twin is an `ImpactSearcher`'s plain search.
 *
 * A score is the sum over the query's terms, in their order, of weight · impact in double precision, rounded once to
 * float32. One thread at a time.
 *
 * Source: Mallia, Suel and Tonellotto, "Faster Learned Sparse Retrieval with Block-Max Pruning" (SIGIR 2024); the groups:
 * Carlson et al., "Dynamic Superblock Pruning for Fast Learned Sparse Retrieval" (SIGIR 2025).
 */
export class WindowedPostings {
  /** Windows that the last search scored. */
  windowsScored = 0;
  /** Groups of windows that the last search looked into. */
  groupsRead = 0;
  readonly #memory: KernelMemory;
  readonly #size: number;
  readonly #groupCount: number;
  readonly #facts: readonly (readonly [name: keyof typeof WINDOW_FIELDS, value: number])[];
  readonly #regions = new Map<keyof typeof WINDOW_FIELDS, Region>();
  readonly #header: Region;

  /** @throws {MemoryLimitError} it does not fit */
  constructor(memory: KernelMemory, parts: WindowedParts) {
    const { size, windowDocuments } = parts;
    this.#memory = memory;
    this.#size = size;
    this.#groupCount = Math.ceil(size / (windowDocuments * GROUP_WINDOWS));
    this.#facts = [
      ['impactBytes', parts.impacts.BYTES_PER_ELEMENT],
      ['windowBytes', parts.blockWindows.BYTES_PER_ELEMENT],
      ['windowShift', Math.log2(windowDocuments)],
      ['size', size],
      ['groupCount', this.#groupCount],
    ];
    this.#header = memory.allocate(WINDOW_HEADER_BYTES);
    try {
      const { blockWindows, blockStarts, blockMaxima, places, impacts } = parts;
      const copied = { blockWindows, blockStarts, blockMaxima, places, impacts, ...groupsOf(parts) };
      for (const [name, array] of Object.entries(copied) as [keyof typeof copied, ArrayBufferView][]) {
        const region = this.#room(name, array.byteLength);
        region.uint8(0, array.byteLength).set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
      }
      for (const name of ['groupBounds', 'groupOrder'] as const)
        this.#room(name, 8 * this.#groupCount)
          .uint8()
          .fill(0);
      for (const name of ['windowBounds', 'windowOrder'] as const)
        this.#room(name, 8 * GROUP_WINDOWS)
          .uint8()
          .fill(0);
      this.#room('sums', 8 * MOST_PLACES)
        .uint8()
        .fill(0);
      for (const name of ['found', 'scores'] as const) this.#room(name, 4 * size);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Bytes of kernel memory, scratch included. */
  get bytes(): number {
    return [...this.#regions.values()].reduce((sum, { bytes }) => sum + bytes, this.#header.bytes);
  }

  /**
   * The best k documents, and all that are as good as the k-th, in no order: views, valid until the next call.
   *
   * @param k at least 1, at most the size
   * @param filter bits by document: others are passed over
   */
  search({ terms, weights }: SparseQuery, k: number, filter?: Uint32Array): FoundRows {
    const { kernels } = this.#memory;
    if (!kernels || this.#size === 0) return { rows: new Uint32Array(0), scores: new Float32Array(0) };
    this.#room('best', 4 * k);
    this.#room('queryTerms', 4 * terms.length);
    this.#room('queryWeights', 8 * terms.length);
    this.#room('windowBlocks', 4 * GROUP_WINDOWS * terms.length);
    if (filter) this.#room('filter', filter.byteLength).uint32(0, filter.length).set(filter);
    this.#room('queryTerms', 0).uint32(0, terms.length).set(terms);
    new Float64Array(this.#memory.buffer, this.#room('queryWeights', 0).offset, terms.length).set(weights);
    const fields = this.#header.uint32(0, WINDOW_HEADER_BYTES / 4);
    for (const [name, { offset }] of this.#regions) fields[WINDOW_FIELDS[name] / 4] = offset;
    for (const [name, value] of this.#facts) fields[WINDOW_FIELDS[name] / 4] = value;
    fields[WINDOW_FIELDS.queryLength / 4] = terms.length;
    if (!filter) fields[WINDOW_FIELDS.filter / 4] = 0;
    const count = kernels.searchWindows(this.#header.offset, k);
    this.windowsScored = fields[WINDOW_FIELDS.windowsScored / 4] ?? 0;
    this.groupsRead = fields[WINDOW_FIELDS.groupsRead / 4] ?? 0;
    return { rows: this.#room('found', 0).uint32(0, count), scores: this.#room('scores', 0).float32(0, count) };
  }

  /** Gives its kernel memory back, where others live in it too. Nothing may be called afterwards. */
  close(): void {
    for (const region of this.#regions.values()) this.#memory.free(region);
    this.#memory.free(this.#header);
  }

  /** A region of at least so many bytes; what it held stays. */
  #room(name: keyof typeof WINDOW_FIELDS, bytes: number): Region {
    let region = this.#regions.get(name);
    if (!region) {
      region = this.#memory.allocate(bytes);
      this.#regions.set(name, region);
    } else if (region.bytes < bytes) this.#memory.resize(region, 2 * bytes);
    return region;
  }
}

/** The groups of each term's blocks, with the largest impact of each. */
function groupsOf({ columns, blockOffsets, blockWindows, blockMaxima }: WindowedParts): {
  readonly groupOffsets: Uint32Array;
  readonly groups: Uint32Array;
  readonly groupBlocks: Uint32Array;
  readonly groupMaxima: Float32Array;
} {
  const shift = Math.log2(GROUP_WINDOWS);
  const groupOffsets = new Uint32Array(columns + 1);
  // The same walk twice: how many there are, then what they are.
  const visit = (
    enter: (entry: number, group: number, block: number) => void,
    add: (block: number) => void,
  ): number => {
    let entry = 0;
    for (let term = 0; term < columns; term++) {
      let group = -1;
      for (let block = blockOffsets[term] ?? 0; block < (blockOffsets[term + 1] ?? 0); block++) {
        const own = (blockWindows[block] ?? 0) >>> shift;
        if (own !== group) enter(entry++, own, block);
        group = own;
        add(block);
      }
      groupOffsets[term + 1] = entry;
    }
    return entry;
  };
  const count = visit(
    () => {},
    () => {},
  );
  const [groups, groupBlocks] = [new Uint32Array(count), new Uint32Array(count + 1)];
  const groupMaxima = new Float32Array(count);
  let last = 0;
  visit(
    (entry, group, block) => {
      groups[entry] = group;
      groupBlocks[entry] = block;
      last = entry;
    },
    (block) => {
      groupMaxima[last] = Math.max(groupMaxima[last] ?? 0, blockMaxima[block] ?? 0);
    },
  );
  groupBlocks[count] = blockWindows.length;
  return { groupOffsets, groups, groupBlocks, groupMaxima };
}
