import { ShapeError } from './errors/index.js';
import { scoreFloat32ListedReference, scoreFloat32Reference } from './float32.reference.js';
import { expectRows } from './listed-rows.js';
import type { KernelMemory } from './memory.js';

/** How two float32 rows are compared: inner product, or negated squared Euclidean distance. */
export type Float32Metric = 'dot' | 'euclidean';

/** Rows are padded with zeros to a multiple of so many columns. */
export const FLOAT32_COLUMNS = 8;

/** Row-major views of the kernel memory, aligned to 16 bytes: q queries and n rows of `columns` numbers. */
export interface Float32Call {
  readonly metric: Float32Metric;
  readonly queries: Float32Array;
  readonly rows: Float32Array;
  /** Overwritten with q x n scores, larger is better. */
  readonly scores: Float32Array;
  /** A multiple of {@link FLOAT32_COLUMNS}. */
  readonly columns: number;
}

/** As {@link Float32Call} for one query and a list of rows. */
export interface Float32ListedCall extends Omit<Float32Call, 'queries'> {
  readonly query: Float32Array;
  /** Which rows, in any order. */
  readonly list: Uint32Array;
}

/**
 * Scores every query against every row. Allocates nothing.
 *
 * The sum of a pair is made of eight partial sums, column c in sum c % 8, added in a fixed order: the bits do not
 * depend on the batch, on the engine, or on whether rows are listed. Infinite or NaN where a sum leaves float32.
 *
 * Oracle: `float32.reference.ts`. Cost: `pnpm bench kernels`.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length
 */
export function scoreFloat32(memory: KernelMemory, call: Float32Call): void {
  const { metric, queries, rows, scores, columns } = call;
  expectColumns(columns);
  const q = memory.rowsOf('queries', queries, columns);
  const n = memory.rowsOf('rows', rows, columns);
  memory.expectLength('scores', scores, q * n);
  const { kernels } = memory;
  if (!kernels) {
    scoreFloat32Reference(call);
    return;
  }
  const run = metric === 'dot' ? kernels.dotFloat32 : kernels.euclideanFloat32;
  run(queries.byteOffset, rows.byteOffset, scores.byteOffset, q, n, columns);
}

/**
 * Scores a query against chosen rows: rescoring, and scans of small subsets. Allocates nothing.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length; a listed row is not in `rows`
 */
export function scoreFloat32Listed(memory: KernelMemory, call: Float32ListedCall): void {
  const { metric, query, rows, list, scores, columns } = call;
  expectColumns(columns);
  memory.expectLength('query', query, columns);
  memory.expectLength('scores', scores, list.length);
  memory.expectView('list', list);
  expectRows(list, memory.rowsOf('rows', rows, columns));
  const { kernels } = memory;
  if (!kernels) {
    scoreFloat32ListedReference(call);
    return;
  }
  const run = metric === 'dot' ? kernels.dotFloat32Listed : kernels.euclideanFloat32Listed;
  run(query.byteOffset, rows.byteOffset, list.byteOffset, scores.byteOffset, list.length, columns);
}

function expectColumns(columns: number): void {
  if (columns > 0 && columns % FLOAT32_COLUMNS === 0) return;
  throw new ShapeError('columns', `${columns} is not a multiple of ${FLOAT32_COLUMNS}`);
}
