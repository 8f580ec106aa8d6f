import { ShapeError } from './errors/index.js';
import type { KernelMemory } from './memory.js';
import { offerReference, sortBestReference } from './top-k.reference.js';

/**
 * The best k so far of each of q queries: views of the kernel memory, aligned to 16 bytes.
 *
 * Heaps while offering, the worst at the root; lists, best first, once sorted. The best of query i are positions
 * i * k to i * k + sizes[i] - 1. Better is a larger score, then a smaller ordinal.
 */
export interface Best {
  readonly k: number;
  /** q x k. */
  readonly scores: Float32Array;
  /** q x k. */
  readonly ordinals: Uint32Array;
  /** q numbers, 0 to k. Start with zeros. */
  readonly sizes: Uint32Array;
}

/** Scored rows for {@link Best}: views of the kernel memory, aligned to 16 bytes. */
export interface Offer {
  readonly best: Best;
  /** q x n, row-major, no NaN. */
  readonly scores: Float32Array;
  /** n: the ordinal of each row. */
  readonly ordinals: Uint32Array;
  /** Bits by ordinal, as in core's `Bitmap`: others are passed over. Must reach the greatest ordinal. */
  readonly filter?: Uint32Array;
}

/**
 * Keeps those of n scored rows that belong to the best k of each query. Allocates nothing.
 *
 * Rows in blocks that stay in the cache; most cost a quarter of one comparison, since four scores are held against
 * the k-th best at once, and the filter is asked only about rows that pass.
 *
 * Oracle: `top-k.reference.ts`.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length
 */
export function offer(memory: KernelMemory, call: Offer): void {
  const { best, scores, ordinals, filter } = call;
  const q = expectBest(memory, best);
  memory.expectView('ordinals', ordinals);
  memory.expectLength('scores', scores, q * ordinals.length);
  if (filter) memory.expectView('filter', filter);
  if (!memory.kernels) {
    offerReference(call);
    return;
  }
  memory.kernels.offer(
    scores.byteOffset,
    ordinals.byteOffset,
    filter?.byteOffset ?? 0,
    best.scores.byteOffset,
    best.ordinals.byteOffset,
    best.sizes.byteOffset,
    q,
    ordinals.length,
    best.k,
  );
}

/**
 * Turns the heaps into lists, best first. Nothing may be offered afterwards.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length
 */
export function sortBest(memory: KernelMemory, best: Best): void {
  const q = expectBest(memory, best);
  if (!memory.kernels) {
    sortBestReference(best);
    return;
  }
  memory.kernels.sortBest(best.scores.byteOffset, best.ordinals.byteOffset, best.sizes.byteOffset, q, best.k);
}

function expectBest(memory: KernelMemory, { k, scores, ordinals, sizes }: Best): number {
  if (!(k >= 1)) throw new ShapeError('best.k', `${k} is less than 1`);
  memory.expectView('best.sizes', sizes);
  memory.expectLength('best.scores', scores, sizes.length * k);
  memory.expectLength('best.ordinals', ordinals, sizes.length * k);
  return sizes.length;
}
