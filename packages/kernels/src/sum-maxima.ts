import { ShapeError } from './errors/index.js';
import { expectOrdered, MAXIMA_QUERIES } from './maxima.js';
import type { KernelMemory } from './memory.js';
import { sumMaximaReference } from './sum-maxima.reference.js';

/** Views of the kernel memory, aligned to 16 bytes. */
export interface SumMaximaCall {
  /** Row-major: a score of each query in each column, zeros in the columns behind the last query. */
  readonly table: Float32Array;
  /** A multiple of {@link MAXIMA_QUERIES}. */
  readonly columns: number;
  /** Rows of the table. */
  readonly codes: Uint16Array;
  /** The first code of each range. */
  readonly starts: Uint32Array;
  /** The code behind the last of each range. */
  readonly ends: Uint32Array;
  /** Overwritten with one sum a range; 0 where a range is empty. */
  readonly scores: Float32Array;
}

/**
 * MaxSim of vectors that stand for others: the largest of each column among the rows that a range names, added up. With a
 * table of centroids, what PLAID calls centroid interaction. Allocates nothing; the bits do not depend on the engine.
 *
 * Source: PLAID, arXiv 2205.09707. Oracle: `sum-maxima.reference.ts`.
 *
 * @param call its codes are not checked: each must be below the rows of the table
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length; a range is not in `codes`
 */
export function sumMaxima(memory: KernelMemory, call: SumMaximaCall): void {
  const { table, columns, codes, starts, ends, scores } = call;
  if (!(columns > 0 && columns % MAXIMA_QUERIES === 0)) {
    throw new ShapeError('columns', `${columns} is not a multiple of ${MAXIMA_QUERIES}`);
  }
  memory.rowsOf('table', table, columns);
  memory.expectView('codes', codes);
  memory.expectView('starts', starts);
  memory.expectLength('ends', ends, starts.length);
  memory.expectLength('scores', scores, starts.length);
  expectOrdered(starts, ends, codes.length);
  const { kernels } = memory;
  if (!kernels) {
    sumMaximaReference(call);
    return;
  }
  const [from, to, target] = [starts.byteOffset, ends.byteOffset, scores.byteOffset];
  kernels.sumMaxima(table.byteOffset, codes.byteOffset, from, to, target, starts.length, columns);
}
