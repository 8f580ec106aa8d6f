/** Sparse vectors as the rows of one matrix. */
export function stacked(rows, columns) {
  const offsets = new Uint32Array(rows.length + 1);
  for (const [row, { indices }] of rows.entries()) offsets[row + 1] = offsets[row] + indices.length;
  const total = offsets[rows.length];
  const matrix = {
    rows: rows.length,
    columns,
    offsets,
    indices: new Uint32Array(total),
    values: new Float32Array(total),
  };
  for (const [row, { indices, values }] of rows.entries()) {
    matrix.indices.set(indices, offsets[row]);
    matrix.values.set(values, offsets[row]);
  }
  return matrix;
}
