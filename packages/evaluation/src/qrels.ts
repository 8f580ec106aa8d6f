import { InvalidInputError, unpaced } from '@sluice/core';
import type { IdTable } from './id-table.js';
import { QueryRanges } from './query-ranges.js';
import { type GroupedRows, QueryRows, refuseDuplicates, sortWithinQueries } from './query-rows.js';

/** The judgements of one query, in columns of equal length. */
export interface Judgements {
  /** Ordinals in {@link Qrels.documents}, ascending. */
  readonly documents: Uint32Array;
  /**
   * Grades, an integer from -32,768 to 32,767: 0 is judged and not relevant, more is more relevant. Below 0 stands for
   * a document that was in the pool and not judged, as in trec_eval.
   */
  readonly grades: Int16Array;
}

/** Which documents answer which query, and how well: relevance judgements, 6 bytes each. */
export class Qrels {
  /** Ids of all judged documents. */
  readonly documents: IdTable;
  readonly #queries: QueryRanges;
  readonly #ordinals: Uint32Array;
  readonly #grades: Int16Array;

  /** Made by {@link qrelsFromRows}; the rows of each query must be in the order of their documents. */
  constructor(rows: GroupedRows) {
    this.documents = rows.documents;
    this.#queries = new QueryRanges(rows);
    this.#ordinals = rows.ordinals;
    this.#grades = Int16Array.from(rows.values);
  }

  /**
   * Judgements written as an object: `{ query: { document: grade } }`.
   *
   * @throws {InvalidInputError} a grade is not an integer from -32,768 to 32,767
   * @example Qrels.of({ q1: { d1: 2, d7: 0 }, q2: { d3: 1 } })
   */
  static of(grades: Readonly<Record<string, Readonly<Record<string, number>>>>): Qrels {
    const rows = new QueryRows();
    for (const [query, documents] of Object.entries(grades)) {
      rows.addQuery(query);
      for (const [document, grade] of Object.entries(documents)) rows.add(query, document, expectGrade(grade));
    }
    return unpaced(qrelsFromRows(rows, 'qrels'));
  }

  /** Ids of the judged queries, in the order of their first line. */
  get queryIds(): readonly string[] {
    return this.#queries.ids;
  }

  /** How many judgements there are. */
  get size(): number {
    return this.#ordinals.length;
  }

  has(queryId: string): boolean {
    return this.#queries.has(queryId);
  }

  /** `undefined` for a query that is not judged. */
  of(queryId: string): Judgements | undefined {
    const rows = this.#queries.of(queryId);
    return rows && { documents: this.#ordinals.subarray(...rows), grades: this.#grades.subarray(...rows) };
  }

  /** The grade of one document; `undefined` where there is no judgement. */
  grade(queryId: string, documentId: string): number | undefined {
    const judgements = this.of(queryId);
    const document = this.documents.ordinalOf(documentId);
    if (!judgements || document === undefined) return undefined;
    const at = positionOf(judgements.documents, document);
    return at < 0 ? undefined : judgements.grades[at];
  }

  /** All judgements, query by query. */
  *[Symbol.iterator](): Generator<{ queryId: string; documentId: string; grade: number }> {
    for (const queryId of this.queryIds) {
      const judgements = this.of(queryId);
      if (!judgements) continue;
      for (const [at, document] of judgements.documents.entries()) {
        yield { queryId, documentId: this.documents.idOf(document), grade: judgements.grades[at] ?? 0 };
      }
    }
  }
}

/**
 * Groups rows into qrels; drive it with `paced` or `unpaced`.
 *
 * @throws {InvalidInputError} a document is judged twice for one query
 */
export function* qrelsFromRows(rows: QueryRows, source: string): Generator<void, Qrels> {
  const grouped = yield* rows.group();
  yield* refuseDuplicates(grouped, source);
  const { ordinals } = grouped;
  yield* sortWithinQueries(grouped, (left, right) => (ordinals[left] ?? 0) - (ordinals[right] ?? 0));
  return new Qrels(grouped);
}

function expectGrade(grade: number): number {
  if (Number.isInteger(grade) && grade >= -32_768 && grade <= 32_767) return grade;
  const problem = `the grade ${grade} is not an integer from -32,768 to 32,767`;
  throw new InvalidInputError({ source: 'qrels' }, problem, 'Write graded relevance in whole numbers.');
}

/** Position of `value` in an ascending array, or -1. */
export function positionOf(ascending: Uint32Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = ascending[middle] ?? 0;
    if (found === value) return middle;
    if (found < value) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
