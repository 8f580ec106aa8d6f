import type { Bitmap } from '@sluice/core';
import { type Best, type KernelMemory, offer, type Region, sortBest } from '@sluice/kernels';
import type { CodedQueries, RowCodes } from './row-codes.js';
import type { RowOrdinals } from './row-ordinals.js';

/** Rows scored at a time. */
const BLOCK_ROWS = 256;

/** The rows whose scores by their codes are best, for a group of queries. */
export interface Shortlists {
  readonly k: number;
  readonly sizes: Uint32Array;
  readonly ordinals: Uint32Array;
  /** By codes: best first. */
  readonly scores: Float32Array;
  /** See {@link CodedQueries.boundOf}. */
  readonly bounds: Float64Array;
  /** Rows that there are. */
  readonly rows: number;
}

/** What a group of queries is scanned for. */
export interface ShortlistQuery {
  /** Row-major, padded. */
  readonly queries: Float32Array;
  readonly count: number;
  /** Length of each list, at most. */
  readonly k: number;
  readonly filter?: Bitmap | undefined;
}

/**
 * One pass over codes, in steps of a block of rows. `undefined` when the rows changed on the way.
 *
 * Kernel memory: scores (q x 256) and ordinals (256) of a block; heaps (scores and ordinals q x k, sizes q); the filter.
 */
export function* scanForShortlists(
  memory: KernelMemory,
  rows: RowOrdinals,
  codes: RowCodes,
  { queries, count, k, filter }: ShortlistQuery,
): Generator<undefined, Shortlists | undefined> {
  const { version, size } = rows;
  const coded = codes.code(queries, count);
  const heap = memory.allocate(lines(count * k) * 2 + lines(count));
  const block = memory.allocate(lines(count * BLOCK_ROWS));
  const names = memory.allocate(BLOCK_ROWS * 4);
  const bits = memory.allocate(filter?.words.byteLength ?? 0);
  try {
    if (filter) bits.uint32(0, filter.words.length).set(filter.words);
    bestIn(heap, count, k).sizes.fill(0);
    for (let start = 0; start < size; start += BLOCK_ROWS) {
      const end = Math.min(start + BLOCK_ROWS, size);
      coded.score(start, end, block);
      const ordinals = names.uint32(0, end - start);
      ordinals.set(rows.ordinals(start, end));
      const scores = block.float32(0, count * (end - start));
      const allowed = filter ? { filter: bits.uint32(0, filter.words.length) } : {};
      offer(memory, { best: bestIn(heap, count, k), scores, ordinals, ...allowed });
      yield;
      if (rows.version !== version) return undefined;
    }
    return { ...taken(memory, heap, coded, count, k), rows: size };
  } finally {
    for (const region of [bits, names, block, heap]) memory.free(region);
    coded.close();
  }
}

function taken(
  memory: KernelMemory,
  heap: Region,
  coded: CodedQueries,
  count: number,
  k: number,
): Omit<Shortlists, 'rows'> {
  const best = bestIn(heap, count, k);
  sortBest(memory, best);
  return {
    k,
    sizes: best.sizes.slice(),
    ordinals: best.ordinals.slice(),
    scores: best.scores.slice(),
    bounds: Float64Array.from({ length: count }, (_, query) => coded.boundOf(query)),
  };
}

function bestIn(heap: Region, count: number, k: number): Best {
  const entries = count * k;
  return {
    k,
    scores: heap.float32(0, entries),
    ordinals: heap.uint32(lines(entries), entries),
    sizes: heap.uint32(2 * lines(entries), count),
  };
}

/** Bytes of `count` numbers of 32 bits, in whole cache lines. */
function lines(count: number): number {
  return Math.ceil(count / 16) * 64;
}
