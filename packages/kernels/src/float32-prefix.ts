import { ShapeError } from './errors/index.js';
import { FLOAT32_COLUMNS, type Float32ListedCall } from './float32.js';
import { scoreFloat32PrefixReference } from './float32-prefix.reference.js';
import { expectRows } from './listed-rows.js';
import type { KernelMemory } from './memory.js';

/** Views of the kernel memory, aligned to 16 bytes: one query of `columns` numbers, n rows of `stride`. */
export interface Float32PrefixCall extends Float32ListedCall {
  /** Numbers from row to row: a multiple of {@link FLOAT32_COLUMNS}, at least `columns`. */
  readonly stride: number;
}

/**
 * Scores a query against the first `columns` numbers of chosen rows: Matryoshka slices where they lie. Allocates
 * nothing.
 *
 * With `stride` equal to `columns`, and so also on slices copied out, the bits are those of `scoreFloat32Listed`.
 *
 * Oracle: `float32-prefix.reference.ts`.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length; a listed row is not in `rows`
 */
export function scoreFloat32Prefix(memory: KernelMemory, call: Float32PrefixCall): void {
  const { metric, query, rows, list, scores, columns, stride } = call;
  expectStride(columns, stride);
  memory.expectLength('query', query, columns);
  memory.expectLength('scores', scores, list.length);
  memory.expectView('list', list);
  expectRows(list, memory.rowsOf('rows', rows, stride));
  const { kernels } = memory;
  if (!kernels) {
    scoreFloat32PrefixReference(call);
    return;
  }
  const run = metric === 'dot' ? kernels.dotPrefixListed : kernels.euclideanPrefixListed;
  run(query.byteOffset, rows.byteOffset, list.byteOffset, scores.byteOffset, list.length, stride, columns);
}

function expectStride(columns: number, stride: number): void {
  const isWhole = columns % FLOAT32_COLUMNS === 0 && stride % FLOAT32_COLUMNS === 0;
  if (isWhole && columns > 0 && columns <= stride) return;
  throw new ShapeError('columns', `${columns} of ${stride} is not a multiple of ${FLOAT32_COLUMNS} in another`);
}
