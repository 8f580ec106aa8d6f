import type { Similarity } from '@sluice/core';
import { EffortCurve } from '../../effort-curve.js';
import { lengthOf } from '../clustering/training-points.js';
import { scanAll } from '../flat/scan-all.js';
import type { HeldOutSample } from '../held-out-sample.js';
import type { CoarseLists } from './coarse-lists.js';
import type { SliceWidths } from './ivf-options.js';
import { type ListParts, sliceOf } from './list-search.js';
import { deviationsOf } from './list-spreads.js';
import { SliceScan } from './slice-scan.js';

const DEPTH = 10;

/** What is searched when recall is measured. */
export interface ListMeasurement {
  readonly similarity: Similarity;
  readonly widths: SliceWidths;
  readonly shortlist: number;
}

/**
 * How many deviations above their lists' means the ten nearest of sample queries must be looked for. One exact search
 * gives the whole curve: a neighbour is found when its list is read, and its slice is good enough for the shortlist.
 */
export function measureLists(
  parts: ListParts & { readonly coarse: CoarseLists },
  measured: ListMeasurement,
  { queries, hidden }: HeldOutSample,
): EffortCurve {
  const { rows, factors } = parts;
  const { similarity, widths, shortlist } = measured;
  const truth = scanAll(rows, queries, { similarity, topK: DEPTH + 1 });
  const isWhole = widths.scanWidth === rows.dimensions;
  const scale = factors.at(widths.scanWidth);
  // One more than is kept in a search: the query itself may be there.
  const k = Math.min(rows.size, (isWhole ? DEPTH : Math.max(DEPTH, shortlist)) + 1);
  const columns = isWhole ? rows.columns : widths.scanWidth;
  const scan = new SliceScan(rows, { similarity, columns, k, ...(scale && { factors: scale }) });
  try {
    const needed = Array.from({ length: queries.count }, (_, at) => {
      const query = queries.data.subarray(at * queries.columns, (at + 1) * queries.columns);
      const found = truth.ordinals.subarray(truth.offsets[at], truth.offsets[at + 1]);
      const nearest = found.filter((ordinal) => rows.rowOf(ordinal) !== hidden[at]).subarray(0, DEPTH);
      return neededFor(parts, measured, scan, query, nearest);
    });
    return new EffortCurve(Float64Array.from(needed.flat()), queries.count);
  } finally {
    scan.close();
  }
}

/** Deviations for each of the nearest; Infinity for one whose slice is not among the best. */
function neededFor(
  { rows, coarse }: ListParts & { readonly coarse: CoarseLists },
  { similarity, widths }: ListMeasurement,
  scan: SliceScan,
  query: Float32Array,
  nearest: Uint32Array,
): number[] {
  scan.start(widths.scanWidth === rows.dimensions ? query : sliceOf(query, widths.scanWidth, similarity));
  scan.compare(Uint32Array.from({ length: rows.size }, (_, row) => row));
  const { ordinals, scores } = scan.finish();
  const kept = new Set(ordinals);
  const worst = scores.at(-1) ?? 0;
  const length = similarity === 'dot' ? lengthOf(query) : 1;
  const ranked = coarse.ranked(query, widths.clusterWidth, coarse.count);
  const scoreOf = new Float32Array(coarse.count);
  for (const [at, list] of ranked.lists.entries()) scoreOf[list] = ranked.scores[at] ?? 0;
  const listOf = coarse.lists.lists(rows.size);
  return Array.from(nearest, (ordinal) => {
    if (!kept.has(ordinal)) return Number.POSITIVE_INFINITY;
    const list = listOf[rows.rowOf(ordinal)] ?? 0;
    const outlook = { score: scoreOf[list] ?? 0, spread: coarse.spreads[list] ?? 0, length };
    return deviationsOf(similarity, outlook, worst);
  });
}
