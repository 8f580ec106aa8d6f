import type { Similarity } from '@sluice/core';
import { EffortCurve } from '../../effort-curve.js';
import { heldOutSample } from '../held-out-sample.js';
import { flatSearch } from './flat-search.js';
import type { RowCodes } from './row-codes.js';
import type { ScannedRows } from './scanned-rows.js';

const DEPTH = 10;
const BLOCK_ROWS = 256;
/** Queries scored at a time. */
const GROUP_QUERIES = 32;
const SAMPLE_QUERIES = 256;
const SEED = 1;
/** Half of the sample are moved so far towards others. */
const MOVED = 0.25;

/**
 * How long a shortlist by codes must be to hold the ten nearest of sample queries: the place of each, by one exact
 * search and one by codes. In steps of about a millisecond; `undefined` when the rows changed on the way.
 */
export function* measureShortlists(
  rows: ScannedRows,
  codes: RowCodes,
  similarity: Similarity,
): Generator<undefined, EffortCurve | undefined> {
  const { version, size } = rows;
  const all = Uint32Array.from({ length: size }, (_, row) => row);
  const { queries, hidden } = heldOutSample(rows, all, {
    count: size === 0 ? 0 : SAMPLE_QUERIES,
    seed: SEED,
    similarity,
    moved: MOVED,
  });
  const truth = yield* flatSearch(rows, { queries, similarity, topK: DEPTH + 1 });
  const places: number[] = [];
  for (let first = 0; first < queries.count; first += GROUP_QUERIES) {
    const count = Math.min(GROUP_QUERIES, queries.count - first);
    const data = queries.data.subarray(first * queries.columns, (first + count) * queries.columns);
    const scores = yield* scoresByCodes(rows, codes, data, count);
    if (!scores || rows.version !== version) return undefined;
    for (let at = 0; at < count; at++) {
      const query = first + at;
      const own = scores.subarray(at * size, (at + 1) * size);
      const hiddenScore = own[hidden[query] ?? 0] ?? 0;
      const nearest = truth.ordinals.subarray(truth.offsets[query], truth.offsets[query + 1]);
      const wanted = nearest.filter((ordinal) => rows.rowOf(ordinal) !== hidden[query]).subarray(0, DEPTH);
      for (const ordinal of wanted) {
        const score = own[rows.rowOf(ordinal)] ?? 0;
        // The query's own vector does not take a place.
        places.push(placeOf(score, own) - Number(hiddenScore >= score));
        yield;
      }
    }
  }
  return new EffortCurve(Float64Array.from(places), queries.count);
}

function* scoresByCodes(
  rows: ScannedRows,
  codes: RowCodes,
  queries: Float32Array,
  count: number,
): Generator<undefined, Float32Array | undefined> {
  const { version, size, memory } = rows;
  const coded = codes.code(queries, count);
  const block = memory.allocate(count * BLOCK_ROWS * 4);
  const scores = new Float32Array(count * size);
  try {
    for (let start = 0; start < size; start += BLOCK_ROWS) {
      const length = Math.min(BLOCK_ROWS, size - start);
      coded.score(start, start + length, block);
      const own = block.float32(0, count * length);
      for (let at = 0; at < count; at++) scores.set(own.subarray(at * length, (at + 1) * length), at * size + start);
      yield;
      if (rows.version !== version) return undefined;
    }
    return scores;
  } finally {
    memory.free(block);
    coded.close();
  }
}

/** From 1; equal scores before it. */
function placeOf(score: number, scores: Float32Array): number {
  let place = 0;
  for (let at = 0; at < scores.length; at++) if ((scores[at] ?? 0) >= score) place++;
  return place;
}
