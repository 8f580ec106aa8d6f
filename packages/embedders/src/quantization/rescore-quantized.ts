import { InvalidInputError, type Matrix, type QuantizedMatrix, rowOf } from '@sluice/core';
import { codeScorer } from './code-scorer.js';
import type { QuantizationRanges } from './quantization-ranges.js';

/** Which documents each query is compared with: those of query `q` are `rows[offsets[q]]` to `rows[offsets[q + 1] - 1]`. */
export interface Shortlists {
  /** One more than there are queries; starts with 0. */
  readonly offsets: Uint32Array;
  /** Rows of the codes. */
  readonly rows: Uint32Array;
}

/**
 * Inner products of float queries and quantized documents, in double precision: the second look at a shortlist that
 * was found by comparing codes with codes. Half of what quantization loses is lost in the query, and is won back here.
 *
 * Scores of bytes are nearly those of the vectors; scores of bits are the sum of the query's numbers where a bit is set.
 * The scores are those of sentence-transformers' `semantic_search_faiss` with `rescore`.
 *
 * @param ranges of the codes, where they are `int8` or `uint8`
 * @returns one score for each of `shortlists.rows`, in their order
 * @throws {InvalidInputError} a row is not there, or widths differ
 * @throws {InvalidOptionsError} bytes without ranges
 */
export function rescoreQuantized(
  queries: Matrix,
  documents: QuantizedMatrix,
  { offsets, rows }: Shortlists,
  ranges?: QuantizationRanges,
): Float64Array {
  const scorer = codeScorer(documents, ranges);
  if (queries.columns !== documents.dimensions) {
    throw refused('queries', `they have ${queries.columns} columns, the documents ${documents.dimensions}`);
  }
  const scores = new Float64Array(rows.length);
  for (let query = 0; query < queries.rows; query++) {
    scorer.use(rowOf(queries, query));
    for (let at = offsets[query] ?? 0; at < (offsets[query + 1] ?? 0); at++) {
      const row = rows[at] ?? 0;
      if (row >= documents.rows) throw refused('shortlists', `row ${row} is not among ${documents.rows} documents`);
      scores[at] = scorer.score(row);
    }
  }
  return scores;
}

function refused(source: string, problem: string): InvalidInputError {
  return new InvalidInputError({ source }, problem, 'Pass queries and codes of the same model.');
}
