import type { Bitmap, Similarity } from '@sluice/core';
import { type ExactQuestion, rowsAsked, scoresOfRows } from '../flat/exact-scores.js';
import type { VectorRows } from '../flat/vector-rows.js';
import { bestOf, type NeighbourList } from '../neighbour-lists.js';
import type { PaddedQueries } from '../padded-queries.js';
import { CodeScan } from './code-scan.js';
import type { CodedRows } from './coded-rows.js';
import { scoreInt8 } from './int8-vector.js';
import { marginUnit } from './measure-margins.js';

/** The first shortlist is so many times as long as what is wanted, and each next one so many times as the last. */
const FIRST_SHARE = 4;
const LENGTHENED = 4;

/**
 * Which of the best by their codes are ranked by what was kept: so many, at least `topK`, or all down to a margin below
 * the worst neighbour found, in units of `marginUnit`.
 */
export type CodeEffort = { readonly shortlist: number } | { readonly margin: number };

/** What codes are searched for. */
export interface CodeQuestion {
  readonly similarity: Similarity;
  readonly topK: number;
  readonly effort: CodeEffort;
  readonly filter?: Bitmap;
}

/** Compares each query with all codes that pass, and ranks the best by what was kept of their vectors. */
export function searchCodes(coded: CodedRows, queries: PaddedQueries, question: CodeQuestion): NeighbourList[] {
  const { filter, effort } = question;
  const list = filter ? passing(coded.rows, filter) : undefined;
  if ((list?.length ?? coded.rows.size) === 0) return Array.from({ length: queries.count }, nothing);
  return 'margin' in effort
    ? withinMargin(coded, queries, question, list, effort.margin)
    : onShortlist(coded, queries, question, list, effort.shortlist);
}

function onShortlist(
  coded: CodedRows,
  queries: PaddedQueries,
  { similarity, topK }: CodeQuestion,
  list: Uint32Array | undefined,
  shortlist: number,
): NeighbourList[] {
  const k = Math.min(keepsVectors(coded) ? shortlist : topK, list?.length ?? coded.rows.size);
  const scan = new CodeScan({ ...partsOf(coded), similarity }, k);
  try {
    return queriesOf(queries).map((query) => {
      const found = scan.best(query, list);
      return keepsVectors(coded) ? ranked(coded, similarity, query, found, topK) : found;
    });
  } finally {
    scan.close();
  }
}

/** A shortlist for each query that is made longer until it ends below the margin, or holds everything. */
function withinMargin(
  coded: CodedRows,
  queries: PaddedQueries,
  { similarity, topK }: CodeQuestion,
  list: Uint32Array | undefined,
  margin: number,
): NeighbourList[] {
  const count = list?.length ?? coded.rows.size;
  const scans = new Map<number, CodeScan>();
  const scanOf = (k: number): CodeScan => {
    const scan = scans.get(k) ?? new CodeScan({ ...partsOf(coded), similarity }, k);
    scans.set(k, scan);
    return scan;
  };
  try {
    return queriesOf(queries).map((query) => {
      for (let k = Math.min(count, FIRST_SHARE * topK); ; k = Math.min(count, k * LENGTHENED)) {
        const found = scanOf(k).best(query, list);
        const best = ranked(coded, similarity, query, found, topK);
        const worst = best.scores.at(-1) ?? 0;
        const limit = worst - margin * marginUnit(similarity, query, worst);
        if (k === count || (found.scores.at(-1) ?? 0) < limit) return best;
      }
    });
  } finally {
    for (const scan of scans.values()) scan.close();
  }
}

function ranked(
  coded: CodedRows,
  similarity: Similarity,
  query: Float32Array,
  { ordinals }: NeighbourList,
  topK: number,
): NeighbourList {
  const listed = ordinals.map((ordinal) => coded.rows.rowOf(ordinal));
  return bestOf({ ordinals, scores: keptScores(coded, similarity, query, listed) }, topK);
}

function queriesOf({ count, columns, data }: PaddedQueries): Float32Array[] {
  return Array.from({ length: count }, (_, at) => data.subarray(at * columns, (at + 1) * columns));
}

/**
 * Scores of chosen vectors where they are not kept in float32: by their 8-bit numbers, else by their codes.
 *
 * @throws {InvalidInputError} an ordinal is not there, or the offsets do not fit
 */
export function approximateScores(coded: CodedRows, similarity: Similarity, question: ExactQuestion): Float32Array {
  const { queries, offsets, ordinals } = question;
  const listed = rowsAsked(coded.rows, question);
  const scores = new Float32Array(ordinals.length);
  const scan = new CodeScan({ ...partsOf(coded), similarity }, 1);
  try {
    for (let at = 0; at < queries.count; at++) {
      const [start = 0, end = 0] = offsets.subarray(at, at + 2);
      const query = queries.data.subarray(at * queries.columns, (at + 1) * queries.columns);
      const own = listed.subarray(start, end);
      scores.set(coded.int8 ? keptScores(coded, similarity, query, own) : scan.scores(query, own), start);
    }
    return scores;
  } finally {
    scan.close();
  }
}

function keepsVectors({ rows, int8 }: CodedRows): boolean {
  return rows.dimensions > 0 || int8 !== undefined;
}

/** Scores of rows by their float32 or 8-bit vectors. */
function keptScores(
  { rows, int8 }: CodedRows,
  similarity: Similarity,
  query: Float32Array,
  listed: Uint32Array,
): Float32Array {
  if (!int8) return scoresOfRows(rows, similarity, query, listed);
  return Float32Array.from(listed, (row) => scoreInt8(similarity, query, int8.view(row, row + 1)));
}

function passing(rows: VectorRows, filter: Bitmap): Uint32Array {
  const ordinals = rows.ordinals();
  return Uint32Array.from({ length: rows.size }, (_, row) => row).filter((row) => filter.has(ordinals[row] ?? 0));
}

function partsOf({ rows, codes, codec }: CodedRows): Pick<CodedRows, 'rows' | 'codes' | 'codec'> {
  return { rows, codes, codec };
}

function nothing(): NeighbourList {
  return { ordinals: new Uint32Array(0), scores: new Float32Array(0) };
}
