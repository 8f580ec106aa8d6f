import { InvalidInputError } from '@sluice/core';
import { BlockColumn } from './block-column.js';
import { IdTable } from './id-table.js';

/** Rows between two looks at the clock. */
const STEP = 1 << 14;

/**
 * Rows grouped by query, in columns.
 *
 * The rows of query q are those from `offsets[q]` to `offsets[q + 1] - 1`, in the order in which they were added.
 */
export interface GroupedRows {
  readonly queries: IdTable;
  readonly documents: IdTable;
  /** One more than there are queries; ascending, from 0. */
  readonly offsets: Uint32Array;
  /** Document ordinals. */
  readonly ordinals: Uint32Array;
  readonly values: Float64Array;
  /** Line of the file, from 1; 0 where the row did not come from a file. */
  readonly lines: Uint32Array;
}

/** Collects (query, document, value) rows in any order, 20 bytes each, and groups them by query. */
export class QueryRows {
  readonly #queries: IdTable = new IdTable();
  readonly #documents: IdTable = new IdTable();
  readonly #queryOf = new BlockColumn((length) => new Uint32Array(length));
  readonly #documentOf = new BlockColumn((length) => new Uint32Array(length));
  readonly #valueOf = new BlockColumn((length) => new Float64Array(length));
  readonly #lineOf = new BlockColumn((length) => new Uint32Array(length));

  get length(): number {
    return this.#queryOf.length;
  }

  add(queryId: string, documentId: string, value: number, line = 0): void {
    this.#queryOf.push(this.#queries.add(queryId));
    this.#documentOf.push(this.#documents.add(documentId));
    this.#valueOf.push(value);
    this.#lineOf.push(line);
  }

  /** Names a query that may stay without rows. */
  addQuery(queryId: string): void {
    this.#queries.add(queryId);
  }

  /** Counting sort by query, stable; yields every few thousand rows. */
  *group(): Generator<void, GroupedRows> {
    const rows = this.length;
    const offsets = new Uint32Array(this.#queries.size + 1);
    for (let row = 0; row < rows; row++) {
      const after = this.#queryOf.at(row) + 1;
      offsets[after] = (offsets[after] ?? 0) + 1;
      if (row % STEP === 0) yield;
    }
    for (let query = 1; query < offsets.length; query++) {
      offsets[query] = (offsets[query] ?? 0) + (offsets[query - 1] ?? 0);
    }
    const next = offsets.slice();
    const ordinals = new Uint32Array(rows);
    const values = new Float64Array(rows);
    const lines = new Uint32Array(rows);
    for (let row = 0; row < rows; row++) {
      const query = this.#queryOf.at(row);
      const to = next[query] ?? 0;
      next[query] = to + 1;
      ordinals[to] = this.#documentOf.at(row);
      values[to] = this.#valueOf.at(row);
      lines[to] = this.#lineOf.at(row);
      if (row % STEP === 0) yield;
    }
    return { queries: this.#queries, documents: this.#documents, offsets, ordinals, values, lines };
  }
}

/**
 * Refuses a document that a query names twice.
 *
 * @throws {InvalidInputError} with the line of the second row
 */
export function* refuseDuplicates(rows: GroupedRows, source: string): Generator<void, void> {
  const { queries, documents, offsets, ordinals, lines } = rows;
  for (let query = 0; query < queries.size; query++) {
    const from = offsets[query] ?? 0;
    const to = offsets[query + 1] ?? 0;
    const sorted = ordinals.slice(from, to).sort();
    for (let at = 1; at < sorted.length; at++) {
      const document = sorted[at] ?? 0;
      if (document !== sorted[at - 1]) continue;
      const second = ordinals.indexOf(document, ordinals.indexOf(document, from) + 1);
      const line = lines[second] ?? 0;
      throw new InvalidInputError(
        line > 0 ? { source, line } : { source },
        `document '${documents.idOf(document)}' appears twice for query '${queries.idOf(query)}'`,
        'Keep one line for each query and document.',
      );
    }
    if (query % 64 === 0) yield;
  }
}

/** Rearranges the rows of each query so that `compare` never finds a later row that belongs before an earlier one. */
export function* sortWithinQueries(
  rows: GroupedRows,
  compare: (left: number, right: number) => number,
): Generator<void, void> {
  const { queries, offsets } = rows;
  for (let query = 0; query < queries.size; query++) {
    const from = offsets[query] ?? 0;
    const to = offsets[query + 1] ?? 0;
    if (!isSorted(from, to, compare)) reorder(rows, from, to, compare);
    yield;
  }
}

function isSorted(from: number, to: number, compare: (left: number, right: number) => number): boolean {
  for (let row = from + 1; row < to; row++) if (compare(row - 1, row) > 0) return false;
  return true;
}

function reorder(
  { ordinals, values, lines }: GroupedRows,
  from: number,
  to: number,
  compare: (left: number, right: number) => number,
): void {
  const order = Uint32Array.from({ length: to - from }, (_, at) => from + at).sort(compare);
  ordinals.set(
    Uint32Array.from(order, (row) => ordinals[row] ?? 0),
    from,
  );
  values.set(
    Float64Array.from(order, (row) => values[row] ?? 0),
    from,
  );
  lines.set(
    Uint32Array.from(order, (row) => lines[row] ?? 0),
    from,
  );
}
