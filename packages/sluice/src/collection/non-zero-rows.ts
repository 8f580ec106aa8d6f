import type { Matrix } from '@sluice/core';

/** Rows of a matrix that are not all zeros, and where they stood. */
export interface NonZeroRows {
  readonly positions: Uint32Array;
  readonly matrix: Matrix;
}

/** A text that a static model knows nothing of has the row of zeros, which no cosine index takes. */
export function nonZeroRows(matrix: Matrix): NonZeroRows {
  const { data, rows, columns } = matrix;
  const positions = new Uint32Array(rows);
  let kept = 0;
  for (let row = 0; row < rows; row++) {
    const values = data.subarray(row * columns, (row + 1) * columns);
    if (values.some((value) => value !== 0)) positions[kept++] = row;
  }
  if (kept === rows) return { positions, matrix };
  const packed = new Float32Array(kept * columns);
  for (let at = 0; at < kept; at++) {
    const row = positions[at] ?? 0;
    packed.set(data.subarray(row * columns, (row + 1) * columns), at * columns);
  }
  return { positions: positions.subarray(0, kept), matrix: { data: packed, rows: kept, columns } };
}
