import {
  type CallOptions,
  InvalidInputError,
  type Query,
  type SparseEmbedder,
  type SparseVector,
  sparseRowOf,
} from '@sluice/core';
import { expectWeightMatrix, expectWeights } from './expect-weights.js';

/** Whose vectors are meant: those of the index. */
export interface QueryWeightsSources {
  readonly fingerprint: string;
  readonly columns: number;
  readonly embedder?: SparseEmbedder | undefined;
}

/**
 * Sparse vectors of queries, in their order: those that they bring along under the fingerprint, and the model's for the
 * others.
 *
 * @throws {InvalidInputError} a vector is not as it must be, or is missing where there is no model; `row` names it
 */
export async function queryWeights(
  queries: readonly Query[],
  { fingerprint, columns, embedder }: QueryWeightsSources,
  { signal, onProgress }: CallOptions,
): Promise<SparseVector[]> {
  const given = queries.map(({ sparseVectors }) => sparseVectors?.[fingerprint]);
  const missing = given.indexOf(undefined);
  if (missing >= 0 && !embedder) {
    const problem = `the query has no sparse vector of '${fingerprint}'`;
    throw new InvalidInputError(
      { source: 'queries', row: missing },
      problem,
      'Add one, or give the retriever a model.',
    );
  }
  for (const [row, vector] of given.entries()) if (vector) expectWeights('queries', row, vector, columns);
  if (missing < 0 || !embedder) return given.filter((vector) => vector !== undefined);
  const texts = queries.flatMap(({ text }, row) => (given[row] ? [] : [text]));
  const encoded = await embedder.encodeQueries(texts, { ...(signal && { signal }), ...(onProgress && { onProgress }) });
  expectWeightMatrix('encoded queries', encoded, columns);
  if (encoded.rows !== texts.length) {
    const problem = `there are ${encoded.rows} vectors of ${texts.length} queries`;
    throw new InvalidInputError({ source: 'encoded queries' }, problem, 'Test the model with testSparseEmbedder.');
  }
  let next = 0;
  return given.map((vector) => vector ?? sparseRowOf(encoded, next++));
}
