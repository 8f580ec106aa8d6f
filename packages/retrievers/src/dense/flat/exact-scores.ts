import { InvalidInputError, type Similarity } from '@sluice/core';
import { clampScores } from '@sluice/kernels';
import type { PaddedQueries } from '../padded-queries.js';
import type { ScannedRows } from './scanned-rows.js';

/** Vectors to be scored: query q against `ordinals[offsets[q]]` to `ordinals[offsets[q + 1] - 1]`. */
export interface ExactQuestion {
  readonly queries: PaddedQueries;
  readonly offsets: Uint32Array;
  readonly ordinals: Uint32Array;
}

/**
 * Scores of chosen vectors as they are stored, in float32, in the order of `ordinals`.
 *
 * @throws {InvalidInputError} an ordinal is not there, or the offsets do not fit
 */
export function exactScores(rows: ScannedRows, similarity: Similarity, question: ExactQuestion): Float32Array {
  const { queries, offsets, ordinals } = question;
  const listed = rowsAsked(rows, question);
  const scores = new Float32Array(ordinals.length);
  for (let query = 0; query < queries.count; query++) {
    const [start = 0, end = 0] = offsets.subarray(query, query + 2);
    const vector = queries.data.subarray(query * queries.columns, (query + 1) * queries.columns);
    if (end > start) scores.set(scoresOfRows(rows, similarity, vector, listed.subarray(start, end)), start);
  }
  return scores;
}

/**
 * The rows of the ordinals of a question, in their order.
 *
 * @throws {InvalidInputError} an ordinal is not there, or the offsets do not fit
 */
export function rowsAsked(rows: ScannedRows, { queries, offsets, ordinals }: ExactQuestion): Uint32Array {
  expectOffsets(offsets, queries.count, ordinals.length);
  return ordinals.map((ordinal, at) => expectRow(rows, ordinal, at));
}

/** Scores of one query, padded, against rows, in their order. */
export function scoresOfRows(
  rows: ScannedRows,
  similarity: Similarity,
  vector: Float32Array,
  listed: Uint32Array,
): Float32Array {
  const { memory, columns } = rows;
  const region = memory.allocate((columns + 2 * listed.length + 8) * 4);
  const scratch = memory.allocate(rows.access === 'decoded' ? listed.length * columns * 4 : 0);
  try {
    const query = region.float32(0, columns);
    const list = region.uint32(columns * 4, listed.length);
    const scores = region.float32(Math.ceil((columns + listed.length) / 4) * 16, listed.length);
    query.set(vector);
    list.set(listed);
    rows.scoreListed({ metric: similarity === 'euclidean' ? 'euclidean' : 'dot', query, list, scores }, scratch);
    if (similarity === 'cosine') clampScores(memory, { scores, minimum: -1, maximum: 1 });
    return scores.slice();
  } finally {
    memory.free(scratch);
    memory.free(region);
  }
}

function expectRow(rows: ScannedRows, ordinal: number, at: number): number {
  const row = rows.rowOf(ordinal);
  if (row !== -1) return row;
  const problem = `ordinal ${ordinal} is not in the index`;
  throw new InvalidInputError({ source: 'ordinals', row: at }, problem, 'Score what was added and not removed.');
}

/** @throws {InvalidInputError} `offsets` are not `queries + 1` numbers from 0 to `total`, never falling */
function expectOffsets(offsets: Uint32Array, queries: number, total: number): void {
  const isRising = offsets.every((offset, at) => at === 0 || offset >= (offsets[at - 1] ?? 0));
  if (offsets.length === queries + 1 && isRising && offsets[0] === 0 && offsets[queries] === total) return;
  throw new InvalidInputError(
    { source: 'offsets' },
    `they do not divide ${total} ordinals among ${queries} queries`,
    'Pass one more than there are queries, from 0 to the number of ordinals, never falling.',
  );
}
