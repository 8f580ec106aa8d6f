import { compareUtf8, InvalidInputError, type Query, type Ranking, unpaced } from '@sluice/core';
import type { IdTable } from './id-table.js';
import { QueryRanges } from './query-ranges.js';
import { type GroupedRows, QueryRows, refuseDuplicates, sortWithinQueries } from './query-rows.js';

/** What a run found for one query, best first, in columns of equal length. */
export interface Results {
  /** Ordinals in {@link Run.documents}. No document appears twice. */
  readonly documents: Uint32Array;
  /** As written in the file or made by the pipeline; larger is better. */
  readonly scores: Float64Array;
}

/**
 * The order in which a run's results are evaluated.
 *
 * - `trec-eval`: by falling score, compared as float32; equal scores by document id, UTF-8 bytes, **descending**. This
 *   is what trec_eval does, whatever the order and the rank column of the file say.
 * - `ascending-id`: the same, equal scores by document id **ascending**, which is our own order of ties, and trec_eval's
 *   when it judges by preferences.
 * - `given`: as the rows come.
 */
export type RunOrder = 'trec-eval' | 'ascending-id' | 'given';

/** Ranked results of a set of queries: what a TREC run file holds, 12 bytes a result. */
export class Run {
  /** Name of the system, the sixth column of a TREC run. */
  readonly tag: string;
  /** Ids of all documents found. */
  readonly documents: IdTable;
  readonly #queries: QueryRanges;
  readonly #ordinals: Uint32Array;
  readonly #scores: Float64Array;

  /** Made by {@link runFromRows}; the rows of each query must be in rank order. */
  constructor(rows: GroupedRows, tag: string) {
    this.tag = tag;
    this.documents = rows.documents;
    this.#queries = new QueryRanges(rows);
    this.#ordinals = rows.ordinals;
    this.#scores = rows.values;
  }

  /**
   * Results written as an object: `{ query: { document: score } }`, put into `order`.
   *
   * @throws {InvalidInputError} a score is NaN
   * @example Run.of({ q1: { d1: 12.5, d4: 9 } }, { tag: 'bm25' })
   */
  static of(
    scores: Readonly<Record<string, Readonly<Record<string, number>>>>,
    { tag = 'run', order = 'trec-eval' }: { tag?: string; order?: RunOrder } = {},
  ): Run {
    const rows = new QueryRows();
    for (const [query, documents] of Object.entries(scores)) {
      rows.addQuery(query);
      for (const [document, score] of Object.entries(documents)) rows.add(query, document, score);
    }
    return unpaced(runFromRows(rows, { tag, order, source: 'run' }));
  }

  /**
   * The run of a pipeline: one ranking for each query, in their order, kept as they are (nothing is sorted again).
   *
   * @throws {InvalidInputError} there are not as many rankings as queries, a query has no id, or two have the same
   */
  static fromRankings(
    rankings: readonly Ranking[],
    queries: readonly Pick<Query, 'id'>[],
    { tag = 'run' }: { tag?: string } = {},
  ): Run {
    const rows = new QueryRows();
    expectOneRankingEach(rankings, queries);
    for (const [at, { id = '' }] of queries.entries()) {
      const ranking = rankings[at];
      rows.addQuery(id);
      for (const [rank, document] of (ranking?.ids ?? []).entries()) {
        rows.add(id, document, ranking?.scores[rank] ?? 0);
      }
    }
    return unpaced(runFromRows(rows, { tag, order: 'given', source: tag }));
  }

  /** Ids of the queries, in the order of their first row; also those with no results, if they were named. */
  get queryIds(): readonly string[] {
    return this.#queries.ids;
  }

  /** How many results there are. */
  get size(): number {
    return this.#ordinals.length;
  }

  has(queryId: string): boolean {
    return this.#queries.has(queryId);
  }

  /** `undefined` for a query that the run does not name. */
  of(queryId: string): Results | undefined {
    const rows = this.#queries.of(queryId);
    return rows && { documents: this.#ordinals.subarray(...rows), scores: this.#scores.subarray(...rows) };
  }

  /** Ids of the documents found for a query, best first; none for a query that the run does not name. */
  idsOf(queryId: string): string[] {
    return Array.from(this.of(queryId)?.documents ?? [], (document) => this.documents.idOf(document));
  }
}

/** How rows become a run. */
export interface RunFromRows {
  readonly tag: string;
  readonly order: RunOrder;
  /** For messages: the file's name. */
  readonly source: string;
}

/**
 * Groups rows into a run; drive it with `paced` or `unpaced`.
 *
 * @throws {InvalidInputError} a document is found twice for one query, or a score is NaN
 */
export function* runFromRows(rows: QueryRows, { tag, order, source }: RunFromRows): Generator<void, Run> {
  const grouped = yield* rows.group();
  if (grouped.values.includes(Number.NaN)) {
    throw new InvalidInputError({ source }, 'a score is NaN', 'Leave out results without a score.');
  }
  yield* refuseDuplicates(grouped, source);
  if (order !== 'given') yield* sortWithinQueries(grouped, byScore(grouped, order === 'trec-eval' ? -1 : 1));
  return new Run(grouped, tag);
}

/** Falling scores; ties by id, ascending where `direction` is 1 and descending where it is -1. */
function byScore(
  { values, ordinals, documents }: GroupedRows,
  direction: 1 | -1,
): (left: number, right: number) => number {
  return (left, right) => {
    const a = Math.fround(values[left] ?? 0);
    const b = Math.fround(values[right] ?? 0);
    // Two infinities of one sign are equal; their difference would be NaN.
    if (a !== b) return a > b ? -1 : 1;
    return direction * compareUtf8(documents.idOf(ordinals[left] ?? 0), documents.idOf(ordinals[right] ?? 0));
  };
}

function expectOneRankingEach(rankings: readonly Ranking[], queries: readonly Pick<Query, 'id'>[]): void {
  if (rankings.length !== queries.length) {
    throw new InvalidInputError(
      { source: 'rankings' },
      `there are ${rankings.length} rankings for ${queries.length} queries`,
      'Pass the queries that were searched, in their order.',
    );
  }
  const seen = new Set<string>();
  for (const [row, { id }] of queries.entries()) {
    if (id === undefined || id === '' || seen.has(id)) {
      throw new InvalidInputError(
        { source: 'queries', row },
        id ? `query '${id}' appears twice` : 'the query has no id',
        'Give each query an id of its own.',
      );
    }
    seen.add(id);
  }
}
