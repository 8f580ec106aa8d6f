import { bestOfEachReference } from './best-of-each.reference.js';
import { ShapeError } from './errors/index.js';
import type { KernelMemory } from './memory.js';

/** Views of the kernel memory, aligned to 16 bytes: q rows of n scores. */
export interface BestOfEachCall {
  /** q x n, no NaN. */
  readonly scores: Float32Array;
  /** Only the first so many of each row count, 1 to n: the others fill a tile. */
  readonly count: number;
  /** Overwritten: q positions of the largest, the first of equals. */
  readonly positions: Uint32Array;
  /** Overwritten: q largest scores. */
  readonly best: Float32Array;
}

/**
 * The largest score of each row, and where it is: the nearest centroid. Allocates nothing.
 *
 * Oracle: `best-of-each.reference.ts`.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length
 */
export function bestOfEach(memory: KernelMemory, call: BestOfEachCall): void {
  const { scores, count, positions, best } = call;
  const q = positions.length;
  memory.expectView('positions', positions);
  memory.expectLength('best', best, q);
  memory.expectView('scores', scores);
  const n = scores.length / q;
  if (q === 0) return;
  if (!Number.isInteger(n)) throw new ShapeError('scores', `${scores.length} are not the same number for ${q} rows`);
  if (!(count >= 1 && count <= n)) throw new ShapeError('count', `${count} is not 1 to ${n}`);
  if (!memory.kernels) {
    bestOfEachReference(call);
    return;
  }
  memory.kernels.bestOfEach(scores.byteOffset, positions.byteOffset, best.byteOffset, q, n, count);
}
