import type { Similarity } from '@sluice/core';
import { type KernelMemory, offer, type Points, type Region, sortBest } from '@sluice/kernels';
import { CentroidTiles } from '../clustering/centroid-tiles.js';
import { toUnitRows } from '../clustering/training-points.js';
import type { VectorRows } from '../flat/vector-rows.js';
import { RowLists } from './row-lists.js';

/** Lists, nearest first, with the scores of their centroids. */
export interface RankedLists {
  readonly lists: Uint32Array;
  readonly scores: Float32Array;
}

/** What lists are made of. */
export interface CoarseShape {
  /** Row-major, a centroid for each list, at least one. */
  readonly centroids: Float32Array;
  /** One a list. */
  readonly spreads: Float32Array;
  /** Of a centroid. */
  readonly width: number;
}

/**
 * Lists of rows around centroids of the leading `width` columns.
 *
 * Rows go to the nearest centroid: by direction under cosine, by distance otherwise. Queries may be compared with fewer
 * columns than that: truncated centroids, made to unit length again under cosine, are kept for each width once asked.
 */
export class CoarseLists {
  /** Row-major, a centroid for each list. */
  readonly centroids: Float32Array;
  readonly width: number;
  /** How far vectors are from their list's centre; one a list, see `spreadsOf`. */
  readonly spreads: Float32Array;
  readonly lists: RowLists;
  readonly #memory: KernelMemory;
  readonly #similarity: Similarity;
  readonly #tiles = new Map<number, CentroidTiles>();
  readonly #heap: Region;

  /**
   * @throws {MemoryLimitError} the centroids do not fit
   */
  constructor(memory: KernelMemory, similarity: Similarity, { centroids, spreads, width }: CoarseShape) {
    this.centroids = centroids;
    this.spreads = spreads;
    this.width = width;
    this.#memory = memory;
    this.#similarity = similarity;
    this.lists = new RowLists(centroids.length / width);
    this.#heap = memory.allocate(3 * this.#lineBytes + 64);
    try {
      this.#tilesAt(width);
    } catch (error) {
      memory.free(this.#heap);
      throw error;
    }
  }

  get count(): number {
    return this.lists.count;
  }

  get bytes(): number {
    const tiles = [...this.#tiles.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    return this.centroids.byteLength + this.spreads.byteLength + this.lists.bytes + this.#heap.bytes + tiles;
  }

  /** Puts rows that are in no list into the nearest. */
  add(rows: VectorRows, added: Uint32Array): void {
    const { columns } = rows;
    const nearest = new Uint32Array(1);
    const tiles = this.#tilesAt(this.width);
    if (isRun(added)) {
      const [first = 0] = added;
      const all = new Uint32Array(added.length);
      const data = rows.vectors(first, first + added.length);
      tiles.nearest({ data, count: added.length, stride: columns, from: 0, width: this.width }, all);
      for (const [at, row] of added.entries()) this.lists.add(row, all[at] ?? 0);
      return;
    }
    for (const row of added) {
      tiles.nearest(
        { data: rows.vectors(row, row + 1), count: 1, stride: columns, from: 0, width: this.width },
        nearest,
      );
      this.lists.add(row, nearest[0] ?? 0);
    }
  }

  /**
   * The `probes` nearest lists of a query by its leading `width` columns, nearest first, the lower number of equals
   * first.
   *
   * @param width at most that of the centroids
   * @throws {MemoryLimitError} centroids of a width that was not asked for before do not fit
   */
  ranked(query: Float32Array, width: number, probes: number): RankedLists {
    const tiles = this.#tilesAt(width);
    const scores = tiles.scoresOf(query, this.#similarity === 'euclidean' ? 'euclidean' : 'dot');
    const k = Math.min(probes, this.count);
    const best = {
      k,
      scores: this.#heap.float32(0, k),
      ordinals: this.#heap.uint32(this.#lineBytes, k),
      sizes: this.#heap.uint32(3 * this.#lineBytes, 1).fill(0),
    };
    const names = this.#heap.uint32(2 * this.#lineBytes, this.count);
    for (let list = 0; list < names.length; list++) names[list] = list;
    offer(this.#memory, { best, scores, ordinals: names });
    sortBest(this.#memory, best);
    return { lists: best.ordinals.slice(), scores: best.scores.slice() };
  }

  /** Gives the kernel memory back. Nothing may be called afterwards. */
  close(): void {
    for (const tiles of this.#tiles.values()) tiles.close();
    this.#memory.free(this.#heap);
  }

  get #lineBytes(): number {
    return Math.ceil(this.count / 16) * 64;
  }

  #tilesAt(width: number): CentroidTiles {
    const known = this.#tiles.get(width);
    if (known) return known;
    const metric = this.#similarity === 'cosine' ? 'dot' : 'euclidean';
    const tiles = new CentroidTiles(this.#memory, metric, this.#truncated(width));
    this.#tiles.set(width, tiles);
    return tiles;
  }

  #truncated(width: number): Points {
    const { count, centroids } = this;
    const points = { data: centroids, count, stride: this.width, from: 0, width };
    if (width === this.width || this.#similarity !== 'cosine') return points;
    const data = new Float32Array(count * width);
    for (let list = 0; list < count; list++) {
      data.set(centroids.subarray(list * this.width, list * this.width + width), list * width);
    }
    toUnitRows(data, width);
    return { ...points, data, stride: width };
  }
}

function isRun(rows: Uint32Array): boolean {
  return rows.every((row, at) => row === (rows[0] ?? 0) + at);
}
