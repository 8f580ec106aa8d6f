import type { Matrix } from '@sluice/core';
import { type KernelMemory, packTiles, type Region, scoreTiles, sumMaxima, TILE_POINTS } from '@sluice/kernels';
import type { TokenClusters } from './token-clusters.js';

/** Documents scored in a step, at most. */
const STEP_DOCUMENTS = 256;
/** Numbers of the table compared in a step, unless one document has more. */
const STEP_NUMBERS = 1 << 22;
/** Multiplications of a step that compares centroids. */
const STEP_PRODUCTS = 1 << 22;

/** Scores of each centroid with each vector of a query. */
export interface CentroidTable {
  /** A centroid a row, `columns` numbers; 0 behind the last vector of the query. */
  readonly region: Region;
  readonly columns: number;
  readonly queries: number;
}

/** Documents by the centroids of their vectors: inverted lists, and MaxSim with centroids in the place of vectors. */
export class ClusteredDocuments {
  readonly clusters: TokenClusters;
  readonly width: number;
  readonly #memory: KernelMemory;
  readonly #centroids: Region;
  readonly #codes: Region;
  /** Slots of documents with a vector near centroid c: `slots[listOffsets[c]]` to `slots[listOffsets[c + 1] - 1]`. */
  readonly #listOffsets: Uint32Array;
  readonly #slots: Uint32Array;

  constructor(memory: KernelMemory, width: number, clusters: TokenClusters) {
    this.clusters = clusters;
    this.width = width;
    this.#memory = memory;
    this.#centroids = memory.allocate(clusters.centroids.byteLength);
    this.#codes = memory.allocate(clusters.codes.byteLength);
    this.#centroids.float32(0, clusters.centroids.length).set(clusters.centroids);
    this.#codes.uint16(0, clusters.codes.length).set(clusters.codes);
    const { listOffsets, slots } = invertedLists(clusters);
    this.#listOffsets = listOffsets;
    this.#slots = slots;
  }

  get bytes(): number {
    return this.#centroids.bytes + this.#codes.bytes + this.#listOffsets.byteLength + this.#slots.byteLength;
  }

  /** The documents near a centroid. */
  slotsOf(centroid: number): Uint32Array {
    return this.#slots.subarray(this.#listOffsets[centroid], this.#listOffsets[centroid + 1]);
  }

  /** Whoever asked frees the region. */
  *tableSteps(query: Matrix): Generator<undefined, CentroidTable> {
    const { width, clusters } = this;
    const columns = Math.ceil(query.rows / TILE_POINTS) * TILE_POINTS;
    const packed = packTiles({ data: query.data, count: query.rows, stride: width, from: 0, width });
    const tiles = this.#memory.allocate(packed.byteLength);
    const region = this.#memory.allocate(clusters.count * columns * 4);
    let isComplete = false;
    try {
      tiles.float32(0, packed.length).set(packed);
      // Fours of rows of any width start on 16 bytes.
      const rowsAStep = Math.max(4, Math.floor(STEP_PRODUCTS / (columns * width) / 4) * 4);
      for (let first = 0; first < clusters.count; first += rowsAStep) {
        const count = Math.min(rowsAStep, clusters.count - first);
        scoreTiles(this.#memory, {
          ...{ metric: 'dot', stride: width, from: 0, width, tiles: tiles.float32(0, packed.length) },
          rows: this.#centroids.float32(first * width * 4, count * width),
          scores: region.float32(first * columns * 4, count * columns),
        });
        yield;
      }
      isComplete = true;
      return { region, columns, queries: query.rows };
    } finally {
      this.#memory.free(tiles);
      if (!isComplete) this.#memory.free(region);
    }
  }

  /** The `probes` best centroids of each vector of the query, those of each in no order, with repetitions. */
  *probedSteps({ region, columns, queries }: CentroidTable, probes: number): Generator<undefined, Uint32Array> {
    const { count } = this.clusters;
    const wanted = Math.min(probes, count);
    const probed = new Uint32Array(queries * wanted);
    const scores = new Float32Array(count);
    for (let query = 0; query < queries; query++) {
      const table = region.float32(0, count * columns);
      for (let centroid = 0; centroid < count; centroid++) scores[centroid] = table[centroid * columns + query] ?? 0;
      // The order is made by scores and then by numbers, so equal scores have one answer.
      const cut = scores.toSorted()[count - wanted] ?? 0;
      let at = query * wanted;
      for (let centroid = 0; centroid < count && at < (query + 1) * wanted; centroid++) {
        if ((scores[centroid] ?? 0) > cut) probed[at++] = centroid;
      }
      for (let centroid = 0; centroid < count && at < (query + 1) * wanted; centroid++) {
        if (scores[centroid] === cut) probed[at++] = centroid;
      }
      yield;
    }
    return probed;
  }

  /** Of each centroid, its least rank among those of any vector of the query: so many probes meet it. */
  *rankSteps({ region, columns, queries }: CentroidTable): Generator<undefined, Uint32Array> {
    const { count } = this.clusters;
    const ranks = new Uint32Array(count).fill(count);
    const scores = new Float32Array(count);
    for (let query = 0; query < queries; query++) {
      const table = region.float32(0, count * columns);
      for (let centroid = 0; centroid < count; centroid++) scores[centroid] = table[centroid * columns + query] ?? 0;
      const sorted = scores.toSorted();
      for (let centroid = 0; centroid < count; centroid++) {
        // Equals are counted: which of them a probe takes first does not matter then.
        const rank = count - firstAtLeast(sorted, scores[centroid] ?? 0);
        if (rank < (ranks[centroid] ?? 0)) ranks[centroid] = rank;
      }
      yield;
    }
    return ranks;
  }

  /** Adds to each sum the MaxSim of the query with the centroids of the document in that slot. */
  *addSteps({ region, columns }: CentroidTable, slots: Uint32Array, sums: Float32Array): Generator<undefined, void> {
    const { count, offsets, codes } = this.clusters;
    const room = this.#memory.allocate(3 * STEP_DOCUMENTS * 4);
    try {
      for (let first = 0; first < slots.length; ) {
        const n = this.#documentsOfStep(slots, first, STEP_NUMBERS / columns);
        const starts = room.uint32(0, n);
        const ends = room.uint32(STEP_DOCUMENTS * 4, n);
        const scores = room.float32(2 * STEP_DOCUMENTS * 4, n);
        for (let at = 0; at < n; at++) {
          const slot = slots[first + at] ?? 0;
          starts[at] = offsets[slot] ?? 0;
          ends[at] = offsets[slot + 1] ?? 0;
        }
        sumMaxima(this.#memory, {
          ...{ table: region.float32(0, count * columns), columns, starts, ends, scores },
          codes: this.#codes.uint16(0, codes.length),
        });
        for (let at = 0; at < n; at++) sums[first + at] = (sums[first + at] ?? 0) + (scores[at] ?? 0);
        first += n;
        yield;
      }
    } finally {
      this.#memory.free(room);
    }
  }

  /** How many of the documents from `first` on have no more than so many centroids together; at least one. */
  #documentsOfStep(slots: Uint32Array, first: number, centroids: number): number {
    const { offsets } = this.clusters;
    const end = Math.min(slots.length, first + STEP_DOCUMENTS);
    let met = 0;
    let at = first;
    for (; at < end; at++) {
      const slot = slots[at] ?? 0;
      met += (offsets[slot + 1] ?? 0) - (offsets[slot] ?? 0);
      if (met > centroids && at > first) break;
    }
    return at - first;
  }

  free({ region }: CentroidTable): void {
    this.#memory.free(region);
  }

  /** Gives the kernel memory back. Nothing may be called afterwards. */
  close(): void {
    this.#memory.free(this.#centroids);
    this.#memory.free(this.#codes);
  }
}

function invertedLists({ count, offsets, codes }: TokenClusters): { listOffsets: Uint32Array; slots: Uint32Array } {
  const listOffsets = new Uint32Array(count + 1);
  for (const code of codes) listOffsets[code + 1] = (listOffsets[code + 1] ?? 0) + 1;
  for (let at = 0; at < count; at++) listOffsets[at + 1] = (listOffsets[at + 1] ?? 0) + (listOffsets[at] ?? 0);
  const next = listOffsets.slice();
  const slots = new Uint32Array(codes.length);
  for (let slot = 0; slot + 1 < offsets.length; slot++) {
    for (let at = offsets[slot] ?? 0; at < (offsets[slot + 1] ?? 0); at++) {
      const code = codes[at] ?? 0;
      const place = next[code] ?? 0;
      slots[place] = slot;
      next[code] = place + 1;
    }
  }
  return { listOffsets, slots };
}

/** The first place of ascending values at which one is at least `value`. */
function firstAtLeast(ascending: Float32Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
