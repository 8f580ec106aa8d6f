/**
 * Sparse vectors, one a row, in compressed sparse rows.
 *
 * The non-zeros of row `r` are positions `offsets[r]` to `offsets[r + 1] - 1` of `indices` and `values`.
 */
export interface SparseMatrix {
  readonly rows: number;
  /** Width of the full vectors: the vocabulary's size. Every index is below it. */
  readonly columns: number;
  /** `rows + 1` numbers; the first is 0, non-decreasing, the last is the number of non-zeros. */
  readonly offsets: Uint32Array;
  /** Strictly increasing within a row. */
  readonly indices: Uint32Array;
  /** Never 0, never NaN. */
  readonly values: Float32Array;
}

/** One sparse vector: a row of a {@link SparseMatrix} on its own. */
export interface SparseVector {
  /** Strictly increasing. */
  readonly indices: Uint32Array;
  /** One for each index; never 0, never NaN. */
  readonly values: Float32Array;
}

/** A row of a sparse matrix, not copied. */
export function sparseRowOf({ offsets, indices, values }: SparseMatrix, row: number): SparseVector {
  const [start, end] = [offsets[row], offsets[row + 1]];
  return { indices: indices.subarray(start, end), values: values.subarray(start, end) };
}
