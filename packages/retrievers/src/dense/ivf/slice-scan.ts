import type { Similarity } from '@sluice/core';
import {
  type Best,
  clampScores,
  type KernelMemory,
  offer,
  type Region,
  scoreFloat32Prefix,
  sortBest,
} from '@sluice/kernels';
import type { VectorRows } from '../flat/vector-rows.js';

/** Rows scored at a time. */
const BLOCK_ROWS = 1024;

/** What a scan compares, and how many of the best it keeps. */
export interface SliceScanOptions {
  readonly similarity: Similarity;
  /** Leading columns that are compared, a multiple of 8 or all of them with their padding. */
  readonly columns: number;
  /** At least 1. */
  readonly k: number;
  /** What each row's score is multiplied by: one over the length of its slice, under cosine. */
  readonly factors?: Float32Array;
}

/**
 * Compares one query after another with listed rows, by their leading columns, and keeps the best k.
 *
 * Its region of the kernel memory holds, each on a line of its own: a block's rows, ordinals and scores (1,024 each), the
 * query, and the heap (scores and ordinals, k each; its size).
 */
export class SliceScan {
  readonly #rows: VectorRows;
  readonly #options: SliceScanOptions;
  readonly #memory: KernelMemory;
  readonly #region: Region;

  constructor(rows: VectorRows, options: SliceScanOptions) {
    this.#rows = rows;
    this.#options = options;
    this.#memory = rows.memory;
    this.#region = rows.memory.allocate(this.#heapAt + 2 * lines(options.k) + 64);
  }

  /** Begins with a query, of which the leading columns count. */
  start(query: Float32Array): void {
    const { columns } = this.#options;
    this.#region.float32(this.#queryAt, columns).set(query.subarray(0, columns));
    this.#best().sizes.fill(0);
  }

  /** Compares rows, none of which was compared before. */
  compare(rows: Uint32Array): void {
    for (let start = 0; start < rows.length; start += BLOCK_ROWS) {
      this.#compareBlock(rows.subarray(start, start + BLOCK_ROWS));
    }
  }

  /** Whether as many are kept as may be. */
  get isFull(): boolean {
    const { sizes, k } = this.#best();
    return sizes[0] === k;
  }

  /** The score of the worst that is kept; -Infinity until there are `k`. */
  get worst(): number {
    return this.isFull ? (this.#best().scores[0] ?? 0) : Number.NEGATIVE_INFINITY;
  }

  /** The best, by falling score and then by rising ordinal. */
  finish(): { readonly ordinals: Uint32Array; readonly scores: Float32Array } {
    const best = this.#best();
    sortBest(this.#memory, best);
    const size = best.sizes[0] ?? 0;
    return { ordinals: best.ordinals.slice(0, size), scores: best.scores.slice(0, size) };
  }

  /** Gives the kernel memory back. Nothing may be called afterwards. */
  close(): void {
    this.#memory.free(this.#region);
  }

  #compareBlock(block: Uint32Array): void {
    const { similarity, columns, factors } = this.#options;
    const { length } = block;
    const list = this.#region.uint32(0, length);
    const own = this.#region.uint32(BLOCK_ROWS * 4, length);
    const scores = this.#region.float32(BLOCK_ROWS * 8, length);
    const ordinals = this.#rows.ordinals();
    list.set(block);
    for (let at = 0; at < length; at++) own[at] = ordinals[block[at] ?? 0] ?? 0;
    scoreFloat32Prefix(this.#memory, {
      metric: similarity === 'euclidean' ? 'euclidean' : 'dot',
      query: this.#region.float32(this.#queryAt, columns),
      rows: this.#rows.vectors(),
      stride: this.#rows.columns,
      ...{ list, scores, columns },
    });
    if (factors) for (let at = 0; at < length; at++) scores[at] = (scores[at] ?? 0) * (factors[block[at] ?? 0] ?? 0);
    if (similarity === 'cosine') clampScores(this.#memory, { scores, minimum: -1, maximum: 1 });
    offer(this.#memory, { best: this.#best(), scores, ordinals: own });
  }

  get #queryAt(): number {
    return 3 * BLOCK_ROWS * 4;
  }

  get #heapAt(): number {
    return this.#queryAt + lines(this.#options.columns);
  }

  #best(): Best {
    const { k } = this.#options;
    return {
      k,
      scores: this.#region.float32(this.#heapAt, k),
      ordinals: this.#region.uint32(this.#heapAt + lines(k), k),
      sizes: this.#region.uint32(this.#heapAt + 2 * lines(k), 1),
    };
  }
}

/** Bytes of `count` numbers of 32 bits, in whole cache lines. */
function lines(count: number): number {
  return Math.ceil(count / 16) * 64;
}
