import { ShapeError } from './errors/index.js';
import { BINARY_BYTES } from './hamming.js';
import { expectRows } from './listed-rows.js';
import type { KernelMemory } from './memory.js';
import { dotSignsListedReference, dotSignsReference } from './signs.reference.js';

const MOST_PLANES = 16;

/** Views of the kernel memory, aligned to 16 bytes: q queries of integers, n rows of signs. */
export interface SignsCall {
  /** `planes * width` bytes a query: see {@link packPlanes}. */
  readonly queries: Uint8Array;
  /** A bit a column, set for +1 and not for -1; `width` bytes a row: see {@link packSigns}. */
  readonly rows: Uint8Array;
  /** Overwritten with q x n inner products. */
  readonly products: Int32Array;
  /** Bytes of a row: a multiple of {@link BINARY_BYTES}, at most 4,096 (so that a product fits). */
  readonly width: number;
  /** Bits of a query's integers, 1 to 16. */
  readonly planes: number;
}

/** As {@link SignsCall} for one query and a list of rows. */
export interface SignsListedCall extends Omit<SignsCall, 'queries'> {
  readonly query: Uint8Array;
  /** Which rows, in any order. */
  readonly list: Uint32Array;
}

/**
 * Inner products of queries of some bits a number with rows of one bit a number, exact. Allocates nothing.
 *
 * With integers of `q[c] = steps * integer[c]` and `|x|² / |x|₁` as the row's weight, `steps * weight * product`
 * estimates `q · x`, without bias where x was rotated at random.
 *
 * Source: Gao and Long, "RaBitQ", arXiv 2405.12497.
 * Oracle: `signs.reference.ts`. Cost: `pnpm bench kernels`.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length
 */
export function dotSigns(memory: KernelMemory, call: SignsCall): void {
  const { queries, rows, products, width, planes } = call;
  expectWidths(call);
  const q = memory.rowsOf('queries', queries, width * planes);
  const n = memory.rowsOf('rows', rows, width);
  memory.expectLength('products', products, q * n);
  if (!memory.kernels) {
    dotSignsReference(call);
    return;
  }
  memory.kernels.dotSigns(queries.byteOffset, rows.byteOffset, products.byteOffset, q, n, width, planes);
}

/**
 * As {@link dotSigns} for one query and chosen rows, in the order of the list.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length; a listed row is not in `rows`
 */
export function dotSignsListed(memory: KernelMemory, call: SignsListedCall): void {
  const { query, rows, products, width, planes, list } = call;
  expectWidths(call);
  memory.expectLength('query', query, width * planes);
  memory.expectLength('products', products, list.length);
  memory.expectView('list', list);
  expectRows(list, memory.rowsOf('rows', rows, width));
  const { kernels } = memory;
  if (!kernels) {
    dotSignsListedReference(call);
    return;
  }
  const [from, out] = [list.byteOffset, products.byteOffset];
  kernels.dotSignsListed(query.byteOffset, rows.byteOffset, from, out, list.length, width, planes);
}

/**
 * Writes the signs of numbers as bits, from the lowest of each byte: set where a number is at least 0.
 *
 * @param target `values.length / 8` bytes or more; what is beyond the numbers is cleared
 */
export function packSigns(values: ArrayLike<number>, target: Uint8Array): void {
  target.fill(0);
  for (let at = 0; at < values.length; at++) {
    if ((values[at] ?? 0) >= 0) target[at >>> 3] = (target[at >>> 3] ?? 0) | (1 << (at & 7));
  }
}

/**
 * Writes integers as planes of bits, the lowest first, in two's complement.
 *
 * @param integers -(2 ** (planes - 1)) to 2 ** (planes - 1) - 1
 * @param target `planes * width` bytes; what is beyond the integers is cleared
 */
export function packPlanes(integers: ArrayLike<number>, planes: number, target: Uint8Array): void {
  const width = target.length / planes;
  target.fill(0);
  for (let at = 0; at < integers.length; at++) {
    const integer = integers[at] ?? 0;
    for (let plane = 0; plane < planes; plane++) {
      const byte = plane * width + (at >>> 3);
      target[byte] = (target[byte] ?? 0) | (((integer >>> plane) & 1) << (at & 7));
    }
  }
}

function expectWidths({ width, planes }: Pick<SignsCall, 'width' | 'planes'>): void {
  if (!(width > 0 && width <= 4096 && width % BINARY_BYTES === 0)) {
    throw new ShapeError('width', `${width} is not a multiple of ${BINARY_BYTES} up to 4,096`);
  }
  if (!(Number.isInteger(planes) && planes >= 1 && planes <= MOST_PLANES)) {
    throw new ShapeError('planes', `${planes} is not 1 to ${MOST_PLANES}`);
  }
}
