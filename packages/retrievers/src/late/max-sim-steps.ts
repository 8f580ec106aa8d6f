import type { Matrix } from '@sluice/core';
import { MAXIMA_QUERIES, maximaFloat16, maximaInt8, type Region } from '@sluice/kernels';
import type { MultiVectorStore } from './multi-vector-store.js';
import { QueryTokens } from './query-tokens.js';
import type { TokenRows } from './token-rows.js';

/** Query vectors compared at a time: their tiles stay in the second-level cache. */
const BLOCK_QUERIES = 64;
/** Multiplications of a step: about a millisecond. */
const STEP_PRODUCTS = 1 << 22;
/** Most ranges of a step. */
const STEP_RANGES = 512;

/**
 * MaxSim of a query with chosen documents of a store, in steps of about a millisecond, however long a document or the
 * query is.
 *
 * @param query at least one row
 */
export function* maxSimSteps(
  store: MultiVectorStore,
  query: Matrix,
  slots: Uint32Array,
): Generator<undefined, Float32Array> {
  const sums = new Float64Array(slots.length);
  for (let first = 0; first < query.rows; first += BLOCK_QUERIES) {
    const rows = Math.min(BLOCK_QUERIES, query.rows - first);
    const data = query.data.subarray(first * query.columns, (first + rows) * query.columns);
    yield* addBlock(store, { data, rows, columns: query.columns }, slots, sums);
  }
  return Float32Array.from(sums);
}

/** Adds to each sum the largest scores of a block of the query's vectors. */
function* addBlock(
  store: MultiVectorStore,
  block: Matrix,
  slots: Uint32Array,
  sums: Float64Array,
): Generator<undefined, void> {
  const { rows, offsets } = store;
  const comparison = new Comparison(rows, block);
  try {
    const least = store.leastScore(block);
    const rowsAStep = Math.max(4, Math.floor(STEP_PRODUCTS / (block.rows * rows.stride)));
    const best = new Float64Array(block.rows);
    let room = rowsAStep;
    for (let at = 0; at < slots.length; at++) {
      const slot = slots[at] ?? 0;
      const [start = 0, end = 0] = [offsets[slot], offsets[slot + 1]];
      if (start === end) sums[at] = (sums[at] ?? 0) + least;
      for (let from = start; from < end; ) {
        const to = Math.min(end, from + room);
        comparison.add(from, to, at);
        room -= to - from;
        from = to;
        if (room > 0 && !comparison.isFull) continue;
        comparison.raise(sums, best);
        room = rowsAStep;
        yield;
      }
    }
    comparison.raise(sums, best);
    comparison.finish(sums, best);
  } finally {
    comparison.close();
  }
}

/** Ranges of rows that wait to be compared with a block of query vectors. A document's ranges come one after another. */
class Comparison {
  readonly #rows: TokenRows;
  readonly #query: QueryTokens;
  readonly #padded: number;
  readonly #starts = new Uint32Array(STEP_RANGES);
  readonly #ends = new Uint32Array(STEP_RANGES);
  readonly #owners = new Uint32Array(STEP_RANGES);
  readonly #room: Region;
  #count = 0;
  /** Whose maxima are not complete. */
  #owner = -1;

  constructor(rows: TokenRows, query: Matrix) {
    this.#rows = rows;
    this.#query = new QueryTokens(rows, query);
    this.#padded = Math.ceil(query.rows / MAXIMA_QUERIES) * MAXIMA_QUERIES;
    // Starts, ends, maxima and scratch: each a whole number of lines of 64 bytes, as ranges are a multiple of 16.
    this.#room = rows.memory.allocate(STEP_RANGES * 4 * (2 + this.#padded) + rows.stride * 16);
  }

  get isFull(): boolean {
    return this.#count === STEP_RANGES;
  }

  add(start: number, end: number, owner: number): void {
    this.#starts[this.#count] = start;
    this.#ends[this.#count] = end;
    this.#owners[this.#count] = owner;
    this.#count++;
  }

  /**
   * Compares the ranges that wait. Adds what is complete to the sums.
   *
   * @param best the largest so far for the document that was met last
   */
  raise(sums: Float64Array, best: Float64Array): void {
    const maxima = this.#compare();
    for (let range = 0; range < this.#count; range++) {
      const owner = this.#owners[range] ?? 0;
      if (owner !== this.#owner) {
        this.finish(sums, best);
        best.fill(Number.NEGATIVE_INFINITY);
        this.#owner = owner;
      }
      for (let query = 0; query < best.length; query++) {
        const score = maxima[range * this.#padded + query] ?? 0;
        if (score > (best[query] ?? 0)) best[query] = score;
      }
    }
    this.#count = 0;
  }

  /** Adds the last document's. */
  finish(sums: Float64Array, best: Float64Array): void {
    if (this.#owner === -1) return;
    let sum = 0;
    for (let query = 0; query < best.length; query++) sum += (best[query] ?? 0) * (this.#query.scales[query] ?? 0);
    sums[this.#owner] = (sums[this.#owner] ?? 0) + sum;
    this.#owner = -1;
  }

  close(): void {
    this.#query.close();
    this.#room.memory.free(this.#room);
  }

  #compare(): Float32Array {
    const [count, padded] = [this.#count, this.#padded];
    const { memory, shape, stride } = this.#rows;
    const [line, maximaAt] = [STEP_RANGES * 4, STEP_RANGES * 8];
    const starts = this.#room.uint32(0, count);
    const ends = this.#room.uint32(line, count);
    const maxima = this.#room.float32(maximaAt, count * padded);
    starts.set(this.#starts.subarray(0, count));
    ends.set(this.#ends.subarray(0, count));
    if (shape.precision === 'int8') {
      const { codes: rows, scales } = this.#rows;
      maximaInt8(memory, { queries: this.#query.codes, rows, scales, columns: stride, starts, ends, maxima });
      return maxima;
    }
    const scratch = this.#room.float32(maximaAt + STEP_RANGES * padded * 4, 4 * stride);
    const { tiles, count: queries } = this.#query;
    const rows = this.#rows.halves;
    maximaFloat16(memory, { tiles, queries, rows, stride, width: shape.dimensions, starts, ends, maxima, scratch });
    return maxima;
  }
}
