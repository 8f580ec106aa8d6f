import type { Neighbours } from '@sluice/core';
import type { PaddedQueries } from '../padded-queries.js';
import { type BeamRecall, MEASURED_BEAMS, MEASURED_DEPTH, MEASURED_ENOUGH } from './beam-calibration.js';
import type { HeldOutSample } from './held-out-sample.js';

/** Queries asked in one step. */
const STEP_QUERIES = 16;

/** An index, asked exactly or with a beam. Both give scores that are comparable bit by bit. */
export interface MeasuredSearch {
  exact(queries: PaddedQueries, topK: number): Neighbours;
  walk(queries: PaddedQueries, topK: number, beam: number): Neighbours;
}

/**
 * Recall at 10 by beam, against exact search. A query's own vector does not count; a neighbour as near as the tenth does.
 *
 * Yields every few milliseconds.
 */
export function* calibrateBeam(
  { queries, origins }: HeldOutSample,
  search: MeasuredSearch,
): Generator<undefined, BeamRecall[]> {
  // One more, for the query itself.
  const topK = MEASURED_DEPTH + 1;
  const parts: { queries: PaddedQueries; origins: Int32Array; truth: Neighbours }[] = [];
  for (let first = 0; first < queries.count; first += STEP_QUERIES) {
    const part = partOf(queries, first);
    parts.push({
      queries: part,
      origins: origins.subarray(first, first + part.count),
      truth: search.exact(part, topK),
    });
    yield;
  }
  const points: BeamRecall[] = [];
  for (const beam of MEASURED_BEAMS) {
    let [found, wanted] = [0, 0];
    for (const part of parts) {
      const answers = search.walk(part.queries, topK, beam);
      for (let query = 0; query < part.queries.count; query++) {
        const truth = othersOf(part.truth, query, part.origins[query] ?? -1);
        const worst = truth[truth.length - 1] ?? Number.POSITIVE_INFINITY;
        wanted += truth.length;
        found += othersOf(answers, query, part.origins[query] ?? -1).filter((score) => score >= worst).length;
      }
      yield;
    }
    points.push({ beam, recall: wanted === 0 ? 1 : found / wanted });
    if (found >= wanted * MEASURED_ENOUGH) break;
  }
  return points;
}

/** Scores of the nearest ten that are not the query itself. */
function othersOf({ offsets, ordinals, scores }: Neighbours, query: number, origin: number): Float32Array {
  const [start = 0, end = 0] = offsets.subarray(query, query + 2);
  const others = scores.subarray(start, end).filter((_, at) => ordinals[start + at] !== origin);
  return others.subarray(0, MEASURED_DEPTH);
}

function partOf({ columns, data, count }: PaddedQueries, first: number): PaddedQueries {
  const end = Math.min(first + STEP_QUERIES, count);
  return { count: end - first, columns, data: data.subarray(first * columns, end * columns) };
}
