import type { IdTable } from './id-table.js';
import type { GroupedRows } from './query-rows.js';

/** Which rows belong to which query. */
export class QueryRanges {
  readonly #queries: IdTable;
  readonly #offsets: Uint32Array;

  constructor({ queries, offsets }: Pick<GroupedRows, 'queries' | 'offsets'>) {
    this.#queries = queries;
    this.#offsets = offsets;
  }

  /** Ids of the queries, in the order in which they were first named. */
  get ids(): readonly string[] {
    return this.#queries.ids;
  }

  has(queryId: string): boolean {
    return this.#queries.ordinalOf(queryId) !== undefined;
  }

  /** The first row of a query and the one after its last; `undefined` for a query that was not named. */
  of(queryId: string): readonly [from: number, to: number] | undefined {
    const query = this.#queries.ordinalOf(queryId);
    if (query === undefined) return undefined;
    const from = this.#offsets[query] ?? 0;
    return [from, this.#offsets[query + 1] ?? from];
  }
}
