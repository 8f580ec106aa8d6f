import { ShapeError } from './errors/index.js';
import { dotInt8ListedReference, dotInt8Reference } from './int8.reference.js';
import { expectRows } from './listed-rows.js';
import type { KernelMemory } from './memory.js';

/** Rows of codes are padded with zeros to a multiple of so many columns. */
export const INT8_COLUMNS = 16;

/** Row-major views of the kernel memory, aligned to 16 bytes: q queries and n rows of `columns` codes. */
export interface Int8Call {
  /** Codes -127 to 127, widened to 16 bits once so that the kernel need not for each row. */
  readonly queries: Int16Array;
  readonly rows: Int8Array;
  /** Overwritten with q x n inner products. */
  readonly products: Int32Array;
  /** A multiple of {@link INT8_COLUMNS}, at most 65,536 (so that a product fits). */
  readonly columns: number;
}

/** As {@link Int8Call} for one query and a list of rows. */
export interface Int8ListedCall extends Omit<Int8Call, 'queries'> {
  readonly query: Int16Array;
  /** Which rows, in any order. */
  readonly list: Uint32Array;
}

/**
 * Inner products of every query with every row, exact. Allocates nothing.
 *
 * Oracle: `int8.reference.ts`. Cost: `pnpm bench kernels`.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length
 */
export function dotInt8(memory: KernelMemory, call: Int8Call): void {
  const { queries, rows, products, columns } = call;
  expectColumns(columns);
  const q = memory.rowsOf('queries', queries, columns);
  const n = memory.rowsOf('rows', rows, columns);
  memory.expectLength('products', products, q * n);
  if (!memory.kernels) {
    dotInt8Reference(call);
    return;
  }
  memory.kernels.dotInt8(queries.byteOffset, rows.byteOffset, products.byteOffset, q, n, columns);
}

/**
 * Inner products of a query with chosen rows, exact. Allocates nothing.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length; a listed row is not in `rows`
 */
export function dotInt8Listed(memory: KernelMemory, call: Int8ListedCall): void {
  const { query, rows, list, products, columns } = call;
  expectColumns(columns);
  memory.expectLength('query', query, columns);
  memory.expectLength('products', products, list.length);
  memory.expectView('list', list);
  expectRows(list, memory.rowsOf('rows', rows, columns));
  if (!memory.kernels) {
    dotInt8ListedReference(call);
    return;
  }
  const { kernels } = memory;
  kernels.dotInt8Listed(query.byteOffset, rows.byteOffset, list.byteOffset, products.byteOffset, list.length, columns);
}

function expectColumns(columns: number): void {
  if (columns > 0 && columns <= 65_536 && columns % INT8_COLUMNS === 0) return;
  throw new ShapeError('columns', `${columns} is not a multiple of ${INT8_COLUMNS} up to 65,536`);
}
