import { ShapeError } from './errors/index.js';
import { scoreFloat16ListedReference, scoreFloat16Reference } from './float16.reference.js';
import { FLOAT32_COLUMNS, type Float32Call, type Float32ListedCall } from './float32.js';
import { expectRows } from './listed-rows.js';
import type { KernelMemory } from './memory.js';

/** As {@link Float32Call}, with rows of float16 as their bits: see {@link encodeFloat16}. */
export interface Float16Call extends Omit<Float32Call, 'rows'> {
  readonly rows: Uint16Array;
}

/** As {@link Float16Call} for one query and a list of rows. */
export interface Float16ListedCall extends Omit<Float32ListedCall, 'rows'> {
  readonly rows: Uint16Array;
}

/**
 * Scores every query against every row of float16. Allocates nothing.
 *
 * The bits are those of `scoreFloat32` on the decoded rows. Rows hold finite numbers: others are read as large ones.
 *
 * Oracle: `float16.reference.ts`. Cost: `pnpm bench kernels`.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length
 */
export function scoreFloat16(memory: KernelMemory, call: Float16Call): void {
  const { metric, queries, rows, scores, columns } = call;
  expectColumns(columns);
  const q = memory.rowsOf('queries', queries, columns);
  const n = memory.rowsOf('rows', rows, columns);
  memory.expectLength('scores', scores, q * n);
  const { kernels } = memory;
  if (!kernels) {
    scoreFloat16Reference(call);
    return;
  }
  const run = metric === 'dot' ? kernels.dotFloat16 : kernels.euclideanFloat16;
  run(queries.byteOffset, rows.byteOffset, scores.byteOffset, q, n, columns);
}

/**
 * Scores a query against chosen rows of float16. Allocates nothing.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length; a listed row is not in `rows`
 */
export function scoreFloat16Listed(memory: KernelMemory, call: Float16ListedCall): void {
  const { metric, query, rows, list, scores, columns } = call;
  expectColumns(columns);
  memory.expectLength('query', query, columns);
  memory.expectLength('scores', scores, list.length);
  memory.expectView('list', list);
  expectRows(list, memory.rowsOf('rows', rows, columns));
  const { kernels } = memory;
  if (!kernels) {
    scoreFloat16ListedReference(call);
    return;
  }
  const run = metric === 'dot' ? kernels.dotFloat16Listed : kernels.euclideanFloat16Listed;
  run(query.byteOffset, rows.byteOffset, list.byteOffset, scores.byteOffset, list.length, columns);
}

function expectColumns(columns: number): void {
  if (columns > 0 && columns % FLOAT32_COLUMNS === 0) return;
  throw new ShapeError('columns', `${columns} is not a multiple of ${FLOAT32_COLUMNS}`);
}
