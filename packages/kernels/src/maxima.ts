import { ShapeError } from './errors/index.js';
import { FLOAT32_COLUMNS } from './float32.js';
import { INT8_COLUMNS } from './int8.js';
import { maximaFloat16Reference, maximaInt8Reference } from './maxima.reference.js';
import type { KernelMemory } from './memory.js';
import { TILE_POINTS } from './tiles.js';

/** The maxima of a range are padded to a multiple of so many queries. */
export const MAXIMA_QUERIES = 4;

/** Views of the kernel memory, aligned to 16 bytes. */
interface RangesCall {
  /** The first row of each range. */
  readonly starts: Uint32Array;
  /** The row behind the last of each range; an empty range ends where it starts. */
  readonly ends: Uint32Array;
  /**
   * Overwritten, for each range, with the largest score of each query among its rows: as many numbers as there are
   * queries, rounded up to a multiple of {@link MAXIMA_QUERIES}; those behind have no meaning. -Infinity where a range is
   * empty.
   */
  readonly maxima: Float32Array;
}

/** As {@link RangesCall}, over rows of float16. */
export interface MaximaFloat16Call extends RangesCall {
  /** What `packTiles` made of the queries: `width` numbers each. */
  readonly tiles: Float32Array;
  /** How many queries there are, at least 1; tiles have room for up to 7 more. */
  readonly queries: number;
  /** Finite numbers as the bits of float16, `stride` a row. */
  readonly rows: Uint16Array;
  /** Numbers from row to row: a multiple of {@link FLOAT32_COLUMNS}. */
  readonly stride: number;
  /** Numbers of a row that count, at least 1. */
  readonly width: number;
  /** Overwritten: room for four rows of `stride` numbers. */
  readonly scratch: Float32Array;
}

/** As {@link RangesCall}, over rows of codes of 8 bits with a scale each. */
export interface MaximaInt8Call extends RangesCall {
  /**
   * Row-major codes of up to 16 bits, a number of queries that is a multiple of {@link MAXIMA_QUERIES}. The sizes of the
   * codes of a query add up to at most {@link LARGEST_CODE_SUM}, so that a product fits 32 bits.
   */
  readonly queries: Int16Array;
  /** Row-major, -127 to 127. */
  readonly rows: Int8Array;
  /** One a row, above 0 or 0. */
  readonly scales: Float32Array;
  /** A multiple of {@link INT8_COLUMNS}. */
  readonly columns: number;
}

/** See {@link MaximaInt8Call.queries}. */
export const LARGEST_CODE_SUM: number = Math.floor((2 ** 31 - 1) / 127);

/**
 * The largest inner product of each query with the rows of each range, all float32: what MaxSim adds up. Allocates
 * nothing.
 *
 * A pair has one running sum over its columns in order: the bits do not depend on the batch or on the engine.
 *
 * Source: ColBERT, arXiv 2004.12832. Oracle: `maxima.reference.ts`. Cost: rows are widened once for all queries;
 * `pnpm bench kernels`.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length; a range is not in `rows`
 */
export function maximaFloat16(memory: KernelMemory, call: MaximaFloat16Call): void {
  const { tiles, queries, rows, stride, width, starts, ends, maxima, scratch } = call;
  if (!(stride > 0 && stride % FLOAT32_COLUMNS === 0)) {
    throw new ShapeError('stride', `${stride} is not a multiple of ${FLOAT32_COLUMNS}`);
  }
  if (!(width >= 1 && width <= stride)) throw new ShapeError('width', `${width} columns are not in rows of ${stride}`);
  memory.expectLength('tiles', tiles, Math.ceil(queries / TILE_POINTS) * TILE_POINTS * width);
  memory.expectLength('scratch', scratch, 4 * stride);
  expectRanges(memory, call, { queries, rows: memory.rowsOf('rows', rows, stride) });
  const { kernels } = memory;
  if (!kernels) {
    maximaFloat16Reference(call);
    return;
  }
  const [from, to, target] = [starts.byteOffset, ends.byteOffset, maxima.byteOffset];
  const room = scratch.byteOffset;
  const n = starts.length;
  kernels.maximaFloat16(tiles.byteOffset, rows.byteOffset, from, to, target, room, queries, n, stride, width);
}

/**
 * As {@link maximaFloat16} of codes: exact integers, rounded to float32, times the scale of the row. Scales of queries
 * are left to the caller, as are {@link LARGEST_CODE_SUM} and the bounds of codes.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length; a range is not in `rows`
 */
export function maximaInt8(memory: KernelMemory, call: MaximaInt8Call): void {
  const { queries, rows, scales, columns, starts, ends, maxima } = call;
  if (!(columns > 0 && columns % INT8_COLUMNS === 0)) {
    throw new ShapeError('columns', `${columns} is not a multiple of ${INT8_COLUMNS}`);
  }
  const q = memory.rowsOf('queries', queries, columns);
  if (q % MAXIMA_QUERIES !== 0) throw new ShapeError('queries', `${q} rows are not a multiple of ${MAXIMA_QUERIES}`);
  const n = memory.rowsOf('rows', rows, columns);
  memory.expectLength('scales', scales, n);
  expectRanges(memory, call, { queries: q, rows: n });
  const { kernels } = memory;
  if (!kernels) {
    maximaInt8Reference(call);
    return;
  }
  const [from, to, target] = [starts.byteOffset, ends.byteOffset, maxima.byteOffset];
  const sizes = scales.byteOffset;
  kernels.maximaInt8(queries.byteOffset, rows.byteOffset, sizes, from, to, target, q, starts.length, columns);
}

function expectRanges(
  memory: KernelMemory,
  { starts, ends, maxima }: RangesCall,
  { queries, rows }: { readonly queries: number; readonly rows: number },
): void {
  if (!(Number.isInteger(queries) && queries >= 1))
    throw new ShapeError('queries', `${queries} is not a number of them`);
  memory.expectView('starts', starts);
  memory.expectLength('ends', ends, starts.length);
  memory.expectLength('maxima', maxima, starts.length * Math.ceil(queries / MAXIMA_QUERIES) * MAXIMA_QUERIES);
  expectOrdered(starts, ends, rows);
}

/** @throws {ShapeError} a range is not within `rows`, or ends before it starts */
export function expectOrdered(starts: Uint32Array, ends: Uint32Array, rows: number): void {
  for (let at = 0; at < starts.length; at++) {
    const [start = 0, end = 0] = [starts[at], ends[at]];
    if (start > end || end > rows) throw new ShapeError('ends', `rows ${start} to ${end} are not among ${rows}`);
  }
}
