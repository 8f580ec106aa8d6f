import {
  type Bitmap,
  type DocumentSpace,
  type Matrix,
  type Neighbours,
  Ranking,
  rankByScore,
  rowOf,
  type Scale,
  type VectorIndex,
  type VectorSearchOptions,
} from '@sluice/core';

/** An index that can search a little at a time, as `FlatIndex` does. */
interface SteppedIndex extends VectorIndex {
  searchInSteps(queries: Matrix, options: VectorSearchOptions): Generator<undefined, Neighbours>;
}

/** What is searched, and how many documents are wanted. */
export interface RankedSearch {
  readonly index: VectorIndex;
  readonly space: DocumentSpace;
  readonly scale: Scale;
  readonly topK: number;
  readonly filter?: Bitmap;
  readonly recall?: number;
}

/**
 * Rankings of the queries, in their order, in steps of about a millisecond.
 *
 * The index breaks ties by ordinal, a ranking by id. So one neighbour more than `topK` is asked for: when its score is
 * that of the last one wanted, the tie may go on, and more are asked for until it ends.
 */
export function* searchSteps(queries: Matrix, search: RankedSearch): Generator<undefined, Ranking[]> {
  const { space, scale, topK } = search;
  const directed = directedRows(queries, search.index);
  const rankings = Array.from({ length: queries.rows }, () => Ranking.empty(space, scale));
  const found = yield* neighboursInSteps(directed.matrix, search, topK + 1);
  for (const [at, row] of directed.rows.entries()) {
    const [start = 0, end = 0] = found.offsets.subarray(at, at + 2);
    let candidates = { ordinals: found.ordinals.subarray(start, end), scores: found.scores.subarray(start, end) };
    if (tieGoesOn(candidates.scores, topK)) {
      candidates = yield* untilTieEnds(oneRow(queries, row), search);
    }
    rankings[row] = rankByScore({ ...candidates, space, scale }, topK);
    yield;
  }
  return rankings;
}

/** Scores of the documents of each ranking, a query a step; 0 where a vector is missing (-Infinity for distances). */
export function* scoreSteps(
  queries: Matrix,
  index: VectorIndex,
  rankings: readonly Ranking[],
): Generator<undefined, Float32Array[]> {
  const directed = new Set(directedRows(queries, index).rows);
  const scores: Float32Array[] = [];
  for (const [row, { ordinals }] of rankings.entries()) {
    scores.push(directed.has(row) ? scoreOne(oneRow(queries, row), index, ordinals) : missingScores(index, ordinals));
    yield;
  }
  return scores;
}

function scoreOne(query: Matrix, index: VectorIndex, ordinals: Uint32Array): Float32Array {
  const there = ordinals.filter((ordinal) => index.has(ordinal));
  const exact = index.score(query, Uint32Array.of(0, there.length), there);
  if (there.length === ordinals.length) return exact;
  const scores = missingScores(index, ordinals);
  let next = 0;
  for (const [at, ordinal] of ordinals.entries()) if (index.has(ordinal)) scores[at] = exact[next++] ?? 0;
  return scores;
}

/** What is said where a vector is missing: similar to nothing. */
function missingScores({ similarity }: VectorIndex, { length }: Uint32Array): Float32Array {
  return new Float32Array(length).fill(similarity === 'euclidean' ? Number.NEGATIVE_INFINITY : 0);
}

/** Rows that point somewhere: under cosine, those that are not all zeros. The others are not asked for. */
function directedRows(queries: Matrix, { similarity }: VectorIndex): { rows: number[]; matrix: Matrix } {
  const rows = Array.from({ length: queries.rows }, (_, row) => row).filter(
    (row) => similarity !== 'cosine' || rowOf(queries, row).some((value) => value !== 0),
  );
  if (rows.length === queries.rows) return { rows, matrix: queries };
  const data = new Float32Array(rows.length * queries.columns);
  for (const [at, row] of rows.entries()) data.set(rowOf(queries, row), at * queries.columns);
  return { rows, matrix: { data, rows: rows.length, columns: queries.columns } };
}

function* untilTieEnds(query: Matrix, search: RankedSearch): Generator<undefined, Neighbours> {
  for (let depth = 2 * search.topK + 1; ; depth *= 2) {
    const found = yield* neighboursInSteps(query, search, depth);
    const { scores } = found;
    const isComplete = scores.length < depth || scores[search.topK - 1] !== scores[scores.length - 1];
    if (isComplete) return found;
  }
}

/** Whether the last one wanted and the first one more have one score. */
function tieGoesOn(scores: Float32Array, topK: number): boolean {
  return scores.length > topK && scores[topK - 1] === scores[topK];
}

/** The `depth` nearest of all queries, in the index's own steps, or a query a step. */
export function* neighboursInSteps(
  queries: Matrix,
  search: Pick<RankedSearch, 'index' | 'filter' | 'recall'>,
  depth: number,
): Generator<undefined, Neighbours> {
  const { index, filter, recall } = search;
  const options = { topK: depth, ...(filter && { filter }), ...(recall && { recall }) };
  if (isStepped(index)) return yield* index.searchInSteps(queries, options);
  const parts: Neighbours[] = [];
  for (let row = 0; row < queries.rows; row++) {
    parts.push(index.search(oneRow(queries, row), options));
    yield;
  }
  return joined(parts);
}

function isStepped(index: VectorIndex): index is SteppedIndex {
  return 'searchInSteps' in index;
}

function oneRow(queries: Matrix, row: number): Matrix {
  return { data: rowOf(queries, row), rows: 1, columns: queries.columns };
}

/** Answers to one query each, as one. */
function joined(parts: readonly Neighbours[]): Neighbours {
  const offsets = new Uint32Array(parts.length + 1);
  for (const [at, { ordinals }] of parts.entries()) offsets[at + 1] = (offsets[at] ?? 0) + ordinals.length;
  const total = offsets[parts.length] ?? 0;
  const whole = { offsets, ordinals: new Uint32Array(total), scores: new Float32Array(total) };
  for (const [at, { ordinals, scores }] of parts.entries()) {
    whole.ordinals.set(ordinals, offsets[at]);
    whole.scores.set(scores, offsets[at]);
  }
  return whole;
}
