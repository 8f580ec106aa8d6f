import type { Bitmap, Similarity } from '@sluice/core';
import { lengthOf } from '../clustering/training-points.js';
import { scoresOfRows } from '../flat/exact-scores.js';
import type { VectorRows } from '../flat/vector-rows.js';
import { bestOf, type NeighbourList } from '../neighbour-lists.js';
import type { PaddedQueries } from '../padded-queries.js';
import type { CoarseLists } from './coarse-lists.js';
import type { SliceWidths } from './ivf-options.js';
import { reachOf } from './list-spreads.js';
import type { SliceFactors } from './slice-factors.js';
import { SliceScan } from './slice-scan.js';

const ROUNDING = 1e-5;

/** How many lists are read: so many, or all that may hold something better, in deviations from their means. */
export type ListEffort = { readonly lists: number } | { readonly deviations: number };

/** What lists are searched for. */
export interface ListQuestion {
  readonly similarity: Similarity;
  readonly topK: number;
  readonly widths: SliceWidths;
  readonly effort: ListEffort;
  /** 0: ranked by slices. */
  readonly shortlist: number;
  readonly filter?: Bitmap;
}

/** The parts of an index that its search reads. */
export interface ListParts {
  readonly rows: VectorRows;
  /** Absent before training: then every row is compared. */
  readonly coarse: CoarseLists | undefined;
  readonly factors: SliceFactors;
}

/**
 * Compares each query with the rows of its nearest lists.
 *
 * Under a filter, a number of lists is as many as hold that number's share of the rows that pass: the nearest of few lie
 * further apart, in more lists.
 */
export function searchLists(parts: ListParts, queries: PaddedQueries, question: ListQuestion): NeighbourList[] {
  const { rows, factors } = parts;
  const { topK, widths, shortlist, similarity } = question;
  const isWhole = widths.scanWidth === rows.dimensions;
  const wanted = isWhole || shortlist === 0 ? topK : Math.max(topK, shortlist);
  const scale = factors.at(widths.scanWidth);
  const scan = new SliceScan(rows, {
    similarity,
    columns: isWhole ? rows.columns : widths.scanWidth,
    k: Math.max(1, Math.min(wanted, rows.size)),
    ...(scale && { factors: scale }),
  });
  try {
    return Array.from({ length: queries.count }, (_, at) => {
      const query = queries.data.subarray(at * queries.columns, (at + 1) * queries.columns);
      scan.start(isWhole ? query : sliceOf(query, widths.scanWidth, similarity));
      for (const listed of probed(parts, query, question, scan)) scan.compare(listed);
      const found = scan.finish();
      if (isWhole || shortlist === 0) return found;
      const list = found.ordinals.map((ordinal) => rows.rowOf(ordinal));
      return bestOf({ ordinals: found.ordinals, scores: scoresOfRows(rows, similarity, query, list) }, topK);
    });
  } finally {
    scan.close();
  }
}

/** The rows to compare, list by list. */
function probed(parts: ListParts, query: Float32Array, question: ListQuestion, scan: SliceScan): Iterable<Uint32Array> {
  const { rows, coarse } = parts;
  const { effort, filter } = question;
  if (!coarse) return [passing(run(rows.size), rows, filter)];
  if ('deviations' in effort) return withinReach(parts, coarse, query, question, effort.deviations, scan);
  return nearestLists(rows, coarse, query, question, effort.lists, scan);
}

/** So many lists, and more until there are as many neighbours as are kept. */
function* nearestLists(
  rows: VectorRows,
  coarse: CoarseLists,
  query: Float32Array,
  { widths, filter }: ListQuestion,
  nprobe: number,
  scan: SliceScan,
): Generator<Uint32Array> {
  const enough = (rows.size * nprobe) / coarse.count;
  let [read, compared] = [0, 0];
  for (const probes of filter ? [coarse.count] : [nprobe, coarse.count]) {
    const isEnough = () => read >= nprobe && (!filter || compared >= enough) && scan.isFull;
    if (isEnough()) return;
    for (const list of coarse.ranked(query, widths.clusterWidth, probes).lists.subarray(read)) {
      if (isEnough()) return;
      const listed = passing(coarse.lists.rowsOf(list), rows, filter);
      compared += listed.length;
      read++;
      yield listed;
    }
  }
}

/** Lists that are expected to hold something better than the worst that is kept, as that rises. */
function* withinReach(
  { rows }: ListParts,
  coarse: CoarseLists,
  query: Float32Array,
  { widths, filter, similarity }: ListQuestion,
  deviations: number,
  scan: SliceScan,
): Generator<Uint32Array> {
  const length = similarity === 'dot' ? lengthOf(query) : 1;
  const { lists, scores } = coarse.ranked(query, widths.clusterWidth, coarse.count);
  for (const [at, list] of lists.entries()) {
    const outlook = { score: scores[at] ?? 0, spread: coarse.spreads[list] ?? 0, length };
    const { worst } = scan;
    // Equal scores may still win by their ordinals, and both sides are rounded.
    if (reachOf(similarity, outlook, deviations) < worst - ROUNDING * (1 + Math.abs(worst))) continue;
    yield passing(coarse.lists.rowsOf(list), rows, filter);
  }
}

function passing(listed: Uint32Array, rows: VectorRows, filter: Bitmap | undefined): Uint32Array {
  if (!filter) return listed;
  const ordinals = rows.ordinals();
  return listed.filter((row) => filter.has(ordinals[row] ?? 0));
}

function run(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, row) => row);
}

/** Its leading columns, of unit length under cosine; zeros stay. */
export function sliceOf(query: Float32Array, width: number, similarity: Similarity): Float32Array {
  const slice = query.slice(0, width);
  const length = similarity === 'cosine' ? lengthOf(slice) : 1;
  return length === 0 ? slice : slice.map((value) => value / length);
}
