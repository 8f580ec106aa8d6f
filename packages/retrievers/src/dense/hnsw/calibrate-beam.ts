import type { Neighbours } from '@sluice/core';
import { normalDirections } from '../hash/normal-directions.js';
import type { HeldOutSample } from '../held-out-sample.js';
import type { PaddedQueries } from '../padded-queries.js';
import { type BeamRecall, MEASURED_BEAMS, MEASURED_DEPTH, MEASURED_ENOUGH } from './beam-calibration.js';

/** Queries whose exact answers are looked for in one pass over the vectors. */
const PASS_QUERIES = 64;
/** Stored vectors that may be among the true nearest, their scores being off by what is stored of them. */
const CONTENDERS = 40;
const SEED = 1;

/** An index, asked exactly or with a beam. Both give scores that are comparable bit by bit. */
export interface MeasuredSearch {
  exactInSteps(queries: PaddedQueries, topK: number): Generator<undefined, Neighbours>;
  /** @param hidden a row that must not be met, or -1 */
  walk(query: PaddedQueries, options: { topK: number; beam: number; hidden: number }): Neighbours;
  /** The ordinal of a row. */
  ordinalOf(row: number): number;
  /** Standard deviation of a neighbour's score from that of the vector as it was added; 0 where it is stored as it was. */
  deviationOf(query: PaddedQueries, ordinal: number, score: number): number;
}

/** One query of the sample with what it should find. */
interface Asked {
  readonly query: PaddedQueries;
  readonly hidden: number;
  /** The ordinal of what is hidden, or -1: where a walk is given up for a scan, that meets it. */
  readonly own: number;
  /** True scores of what is stored near it, as far as they can be known. */
  readonly trueScores: ReadonlyMap<number, number>;
  /** The tenth best of these, and the tenth best score as stored. */
  readonly worstTrue: number;
  readonly worstStored: number;
  readonly wanted: number;
  /** How many of the best as stored are among the true nearest. */
  readonly scanned: number;
}

/** What was found of the ten nearest, on average. */
export interface MeasuredRecall {
  /** Ascending beams. */
  readonly points: readonly BeamRecall[];
  /** By comparing all that is stored. */
  readonly scanRecall: number;
}

/**
 * Recall at 10 by beam, against exact search. A neighbour as near as the tenth counts.
 *
 * What is stored may be less than what was added: the true scores of the nearest are drawn around the stored ones, so
 * that what a walk cannot know is not promised.
 *
 * Yields after each walk, and in exact searches after each block of rows.
 */
export function* calibrateBeam(sample: HeldOutSample, search: MeasuredSearch): Generator<undefined, MeasuredRecall> {
  const asked = yield* askExactly(sample, search);
  const points: BeamRecall[] = [];
  for (const beam of MEASURED_BEAMS) {
    const recalls = new Float64Array(asked.length);
    let missed = 0;
    for (const [at, each] of asked.entries()) {
      const { query, hidden, wanted } = each;
      const hits = hitsOf(each, search.walk(query, { topK: MEASURED_DEPTH + 1, beam, hidden }));
      recalls[at] = wanted === 0 ? 1 : Math.min(1, hits.ofTrue / wanted);
      missed += Math.max(0, wanted - hits.ofStored);
      yield;
    }
    points.push({ beam, ...meanOf(recalls) });
    if (missed <= asked.length * MEASURED_DEPTH * (1 - MEASURED_ENOUGH)) break;
  }
  const scans = Float64Array.from(asked, ({ scanned, wanted }) => (wanted === 0 ? 1 : Math.min(1, scanned / wanted)));
  return { points, scanRecall: meanOf(scans).recall };
}

/** How many of a walk's ten best are among the true nearest, and among the nearest as they are stored. */
function hitsOf(
  { own, trueScores, worstTrue, worstStored }: Asked,
  { ordinals, scores }: Neighbours,
): { ofTrue: number; ofStored: number } {
  let [ofTrue, ofStored, left] = [0, 0, MEASURED_DEPTH];
  for (const [at, ordinal] of ordinals.entries()) {
    if (ordinal === own || left-- <= 0) continue;
    const score = scores[at] ?? 0;
    if ((trueScores.get(ordinal) ?? score) >= worstTrue) ofTrue++;
    if (score >= worstStored) ofStored++;
  }
  return { ofTrue, ofStored };
}

function* askExactly({ queries, hidden }: HeldOutSample, search: MeasuredSearch): Generator<undefined, Asked[]> {
  const asked: Asked[] = [];
  const noise = normalDirections(1, queries.count * (CONTENDERS + 1), queries.count * (CONTENDERS + 1), SEED);
  for (let first = 0; first < queries.count; first += PASS_QUERIES) {
    const part = partOf(queries, first, PASS_QUERIES);
    const found = yield* search.exactInSteps(part, CONTENDERS + 1);
    for (let at = 0; at < part.count; at++) {
      const row = hidden[first + at] ?? -1;
      const drawn = noise.subarray((first + at) * (CONTENDERS + 1));
      asked.push(askedOf(partOf(part, at, 1), { row, found, at, drawn }, search));
    }
  }
  return asked;
}

function askedOf(
  query: PaddedQueries,
  { row, found, at, drawn }: { row: number; found: Neighbours; at: number; drawn: Float32Array },
  search: MeasuredSearch,
): Asked {
  const [start = 0, end = 0] = found.offsets.subarray(at, at + 2);
  const own = row === -1 ? -1 : search.ordinalOf(row);
  const trueScores = new Map<number, number>();
  const stored: number[] = [];
  let luck = 0;
  for (let place = start; place < end; place++) {
    const [ordinal = 0, score = 0] = [found.ordinals[place], found.scores[place]];
    if (ordinal === own) continue;
    // Equal scores are of equal vectors as a rule: they stay equal.
    if (score !== stored.at(-1)) luck = drawn[place - start] ?? 0;
    stored.push(score);
    trueScores.set(ordinal, score + luck * search.deviationOf(query, ordinal, score));
  }
  const wanted = Math.min(MEASURED_DEPTH, stored.length);
  const worstTrue =
    [...trueScores.values()].sort((left, right) => right - left)[wanted - 1] ?? Number.POSITIVE_INFINITY;
  const scanned = [...trueScores.values()].slice(0, wanted).filter((score) => score >= worstTrue).length;
  const worstStored = stored[wanted - 1] ?? worstTrue;
  return { query, hidden: row, own, trueScores, worstTrue, worstStored, wanted, scanned };
}

/** No surer than one miss among all. */
function meanOf(found: Float64Array): { recall: number; error: number } {
  const recall = found.reduce((sum, each) => sum + each, 0) / found.length;
  const squared = found.reduce((sum, each) => sum + (each - recall) ** 2, 0);
  const error = Math.sqrt(squared / Math.max(1, found.length - 1) / found.length);
  return { recall, error: Math.min(1, Math.max(error, 1 / (MEASURED_DEPTH * found.length))) };
}

function partOf({ columns, data, count }: PaddedQueries, first: number, length: number): PaddedQueries {
  const end = Math.min(first + length, count);
  return { count: end - first, columns, data: data.subarray(first * columns, end * columns) };
}
