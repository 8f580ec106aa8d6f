import type { Neighbours } from '@sluice/core';
import { bestOf, type NeighbourList, neighboursFrom } from '../neighbour-lists.js';
import { scoresOfRows } from './exact-scores.js';
import type { FlatQuery } from './flat-scan.js';
import type { RowCodes } from './row-codes.js';
import type { ScannedRows } from './scanned-rows.js';
import { type Shortlists, scanForShortlists } from './shortlist-scan.js';

/** Queries scored at a time, unless their heaps are large. */
const GROUP_QUERIES = 64;
/** Most entries in the heaps of a group. */
const HEAP_ENTRIES = 1 << 20;
const LENGTHENED = 4;

/** How long shortlists are, and when one is long enough. */
export interface ShortlistEffort {
  /** Of the first ones. */
  readonly length: number;
  /**
   * `proven`: until no other row can be among the best, by the bound of the codes' error; exact then. `once`: as it is.
   */
  readonly until: 'proven' | 'once';
}

/**
 * The nearest by codes, ranked by their true scores: in steps of a block of rows. Starts over when rows were added or
 * removed in between.
 */
export function* shortlistSearch(
  rows: ScannedRows,
  codes: RowCodes,
  query: FlatQuery,
  effort: ShortlistEffort,
): Generator<undefined, Neighbours> {
  for (;;) {
    const lists = yield* searchOnce(rows, codes, query, effort);
    if (lists) return neighboursFrom(lists);
  }
}

function* searchOnce(
  rows: ScannedRows,
  codes: RowCodes,
  query: FlatQuery,
  effort: ShortlistEffort,
): Generator<undefined, NeighbourList[] | undefined> {
  const { count, data, columns } = query.queries;
  const lists: NeighbourList[] = [];
  const k = Math.min(rows.size, Math.max(effort.length, query.topK));
  if (k === 0) return Array.from({ length: count }, nothing);
  const groupSize = Math.max(1, Math.min(GROUP_QUERIES, Math.floor(HEAP_ENTRIES / k)));
  for (let first = 0; first < count; first += groupSize) {
    const size = Math.min(groupSize, count - first);
    const queries = data.subarray(first * columns, (first + size) * columns);
    const found = yield* scanForShortlists(rows.memory, rows, codes, { queries, count: size, k, filter: query.filter });
    if (!found) return undefined;
    for (let at = 0; at < size; at++) {
      const vector = queries.subarray(at * columns, (at + 1) * columns);
      const list = yield* rankedFrom(shortlistOf(found, at), { rows, codes, query, effort }, vector);
      if (!list) return undefined;
      lists.push(list);
      yield;
    }
  }
  return lists;
}

/** What a query's shortlist is ranked by, and lengthened with. */
interface Ranked {
  readonly rows: ScannedRows;
  readonly codes: RowCodes;
  readonly query: FlatQuery;
  readonly effort: ShortlistEffort;
}

/** One query's shortlist, best first by codes. */
interface Shortlist extends NeighbourList {
  readonly bound: number;
  /** Whether there may be more than these. */
  readonly isFull: boolean;
}

/** The true order, of longer and longer lists until one is long enough; `undefined` when the rows changed. */
function* rankedFrom(
  shortlist: Shortlist,
  { rows, codes, query: { similarity, topK, filter }, effort }: Ranked,
  vector: Float32Array,
): Generator<undefined, NeighbourList | undefined> {
  for (let list = shortlist; ; ) {
    const listed = list.ordinals.map((ordinal) => rows.rowOf(ordinal));
    const scores = scoresOfRows(rows, similarity, vector, listed);
    const best = bestOf({ ordinals: list.ordinals, scores }, topK);
    if (effort.until === 'once' || isProven(list, best, topK)) return best;
    const k = Math.min(rows.size, list.ordinals.length * LENGTHENED);
    const longer = yield* scanForShortlists(rows.memory, rows, codes, { queries: vector, count: 1, k, filter });
    if (!longer) return undefined;
    list = shortlistOf(longer, 0);
  }
}

/** Whether no row beyond the shortlist can be as good as the worst of the best. */
function isProven({ scores, bound, isFull }: Shortlist, best: NeighbourList, topK: number): boolean {
  if (!isFull) return true;
  return best.scores.length >= topK && (scores.at(-1) ?? 0) + bound < (best.scores.at(-1) ?? 0);
}

function shortlistOf({ k, sizes, ordinals, scores, bounds, rows }: Shortlists, at: number): Shortlist {
  const size = sizes[at] ?? 0;
  const [start, end] = [at * k, at * k + size];
  const own = { ordinals: ordinals.subarray(start, end), scores: scores.subarray(start, end) };
  return { ...own, bound: bounds[at] ?? 0, isFull: size === k && k < rows };
}

function nothing(): NeighbourList {
  return { ordinals: new Uint32Array(0), scores: new Float32Array(0) };
}
