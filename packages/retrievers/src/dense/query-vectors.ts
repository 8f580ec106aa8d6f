import { type CallOptions, type Embedder, InvalidInputError, type Matrix, type Query, rowOf } from '@sluice/core';

/** Vectors of queries: those that they bring along, and the model's for the others. */
export class QueryVectors {
  readonly #embedder: Embedder;

  constructor(embedder: Embedder) {
    this.#embedder = embedder;
  }

  /**
   * One row for each query, in their order. The model sees only queries without a vector of its own making.
   *
   * @throws {InvalidInputError} a query's vector has another width; `row` names it
   */
  async encode(queries: readonly Query[], { signal, onProgress }: CallOptions): Promise<Matrix> {
    const { dimensions, fingerprint } = this.#embedder;
    const given = queries.map(({ vectors }) => vectors?.[fingerprint]);
    const texts = queries.filter((_, row) => given[row] === undefined).map(({ text }) => text);
    const call = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
    const encoded = texts.length === 0 ? undefined : await this.#embedder.encodeQueries(texts, call);
    const data = new Float32Array(queries.length * dimensions);
    let next = 0;
    for (const [row, vector] of given.entries()) {
      const found = vector ?? (encoded ? rowOf(encoded, next++) : undefined);
      if (found?.length !== dimensions) throw wrongWidth(row, found?.length ?? 0, dimensions);
      data.set(found, row * dimensions);
    }
    return { data, rows: queries.length, columns: dimensions };
  }
}

function wrongWidth(row: number, actual: number, expected: number): InvalidInputError {
  const problem = `the query's vector has ${actual} numbers instead of ${expected}`;
  return new InvalidInputError({ source: 'queries', row }, problem, 'Leave it out: the query is then encoded here.');
}
