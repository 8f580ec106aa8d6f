import type { Matrix } from './matrix.js';

/**
 * Several vectors for each text, one for a token or a group of tokens, as columns.
 *
 * The vectors of text `t` are rows `offsets[t]` to `offsets[t + 1] - 1` of `vectors`. A text may have none.
 */
export interface MultiVectors {
  readonly texts: number;
  /** `texts + 1` numbers; the first is 0, non-decreasing, the last is `vectors.rows`. */
  readonly offsets: Uint32Array;
  readonly vectors: Matrix;
}

/** The vectors of one text, not copied. */
export function vectorsOf({ offsets, vectors }: MultiVectors, text: number): Matrix {
  const { data, columns } = vectors;
  const [start = 0, end = 0] = [offsets[text], offsets[text + 1]];
  return { data: data.subarray(start * columns, end * columns), rows: end - start, columns };
}
