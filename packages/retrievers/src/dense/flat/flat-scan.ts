import type { Bitmap, Similarity } from '@sluice/core';
import {
  type Best,
  clampScores,
  type Float32Metric,
  type KernelMemory,
  offer,
  type Region,
  scoreFloat32,
  sortBest,
} from '@sluice/kernels';
import type { PaddedQueries } from '../padded-queries.js';
import type { ScannedRows } from './scanned-rows.js';

/** Rows scored at a time: 256 x 384 numbers stay in the second-level cache for all queries of a group. */
const BLOCK_ROWS = 256;

/** What a scan looks for. */
export interface FlatQuery {
  readonly queries: PaddedQueries;
  readonly similarity: Similarity;
  readonly topK: number;
  readonly filter?: Bitmap;
  /** Only these rows, ascending; instead of a filter. */
  readonly list?: Uint32Array;
}

/** Neighbours of q queries: those of query i are positions i * k to i * k + sizes[i] - 1. */
export interface Answers {
  readonly k: number;
  readonly sizes: Uint32Array;
  readonly ordinals: Uint32Array;
  readonly scores: Float32Array;
}

/**
 * One pass of a group of q queries over rows. Its region of the kernel memory holds, each on a line of its own:
 * queries (q x columns), heaps (scores and ordinals, q x k; sizes, q), a block's scores (q x 256), its ordinals and
 * listed rows (256 each), copied or decoded rows (256 x columns, where they are needed), and the filter.
 */
export class FlatScan {
  readonly #rows: ScannedRows;
  readonly #query: FlatQuery;
  readonly #q: number;
  readonly #k: number;
  readonly #memory: KernelMemory;
  readonly #metric: Float32Metric;
  readonly #queries: Region;
  readonly #heap: Region;
  readonly #block: Region;
  readonly #copied: Region;
  readonly #filter: Region;

  constructor(
    rows: ScannedRows,
    query: FlatQuery,
    { first, count: q, k }: { first: number; count: number; k: number },
  ) {
    this.#rows = rows;
    this.#query = query;
    this.#q = q;
    this.#k = k;
    this.#memory = rows.memory;
    this.#metric = query.similarity === 'euclidean' ? 'euclidean' : 'dot';
    const { memory, columns } = rows;
    this.#queries = memory.allocate(q * columns * 4);
    this.#heap = memory.allocate(lines(q * k) * 2 + lines(q));
    this.#block = memory.allocate(lines(q * BLOCK_ROWS) + BLOCK_ROWS * 8);
    const isCopied = rows.access === 'decoded' || (q > 1 && (query.filter ?? query.list) !== undefined);
    this.#copied = memory.allocate(isCopied ? BLOCK_ROWS * columns * 4 : 0);
    this.#filter = memory.allocate(query.filter?.words.byteLength ?? 0);
    this.#queries.float32(0, q * columns).set(query.queries.data.subarray(first * columns, (first + q) * columns));
    this.#best().sizes.fill(0);
    if (query.filter) this.#filter.uint32(0, query.filter.words.length).set(query.filter.words);
  }

  /** Every row; the filter is asked about those that are good enough. */
  *scanAll(): Generator<undefined> {
    const { columns, size } = this.#rows;
    const { filter } = this.#query;
    for (let start = 0; start < size; start += BLOCK_ROWS) {
      const end = Math.min(start + BLOCK_ROWS, size);
      const scores = this.#scores(end - start);
      const call = { metric: this.#metric, queries: this.#queryView(), scores };
      if (this.#rows.scoreBlock) this.#rows.scoreBlock({ ...call, start, end });
      else scoreFloat32(this.#memory, { ...call, rows: this.#rows.block(start, end, this.#copied), columns });
      this.#offer(scores, this.#rows.ordinals(start, end), filter);
      yield;
    }
  }

  /** The rows of a list, all of which pass. */
  *scanListed(list: Uint32Array): Generator<undefined> {
    for (let start = 0; start < list.length; start += BLOCK_ROWS) {
      const rows = list.subarray(start, start + BLOCK_ROWS);
      const scores = this.#scores(rows.length);
      if (this.#q > 1) this.#scoreCopied(rows, scores);
      else this.#scoreListed(rows, scores);
      const all = this.#rows.ordinals();
      this.#offer(
        scores,
        rows.map((row) => all[row] ?? 0),
        undefined,
      );
      yield;
    }
  }

  finish(): Answers {
    const best = this.#best();
    sortBest(this.#memory, best);
    return { k: best.k, sizes: best.sizes.slice(), ordinals: best.ordinals.slice(), scores: best.scores.slice() };
  }

  close(): void {
    for (const region of [this.#filter, this.#copied, this.#block, this.#heap, this.#queries]) {
      this.#memory.free(region);
    }
  }

  #scoreListed(rows: Uint32Array, scores: Float32Array): void {
    const list = this.#block.uint32(lines(BLOCK_ROWS) + BLOCK_ROWS * 4, rows.length);
    list.set(rows);
    this.#rows.scoreListed({ metric: this.#metric, query: this.#queryView(), list, scores }, this.#copied);
  }

  #scoreCopied(listed: Uint32Array, scores: Float32Array): void {
    const rows = this.#rows.copy(listed, this.#copied);
    const call = { metric: this.#metric, queries: this.#queryView(), rows, scores, columns: this.#rows.columns };
    scoreFloat32(this.#memory, call);
  }

  #offer(scores: Float32Array, ordinals: Uint32Array, filter: Bitmap | undefined): void {
    if (this.#query.similarity === 'cosine') clampScores(this.#memory, { scores, minimum: -1, maximum: 1 });
    const own = this.#block.uint32(lines(this.#q * BLOCK_ROWS), ordinals.length);
    own.set(ordinals);
    const bits = filter ? { filter: this.#filter.uint32(0, filter.words.length) } : {};
    offer(this.#memory, { best: this.#best(), scores, ordinals: own, ...bits });
  }

  #queryView(): Float32Array {
    return this.#queries.float32(0, this.#q * this.#rows.columns);
  }

  #scores(rows: number): Float32Array {
    return this.#block.float32(0, this.#q * rows);
  }

  #best(): Best {
    const entries = this.#q * this.#k;
    return {
      k: this.#k,
      scores: this.#heap.float32(0, entries),
      ordinals: this.#heap.uint32(lines(entries), entries),
      sizes: this.#heap.uint32(2 * lines(entries), this.#q),
    };
  }
}

/** Bytes of `count` numbers of 32 bits, in whole cache lines. */
function lines(count: number): number {
  return Math.ceil(count / 16) * 64;
}
