/** A matrix in int8: row `r` stands for `codes` times `scales[r]`. */
export interface QuantizedRows {
  /** Row-major, -127 to 127. */
  readonly codes: Int8Array;
  /** Above 0; 1 for a row of zeros. */
  readonly scales: Float32Array;
}

/**
 * Rounds each row to 255 levels that are symmetric about 0, the largest number of the row at the end.
 *
 * @param columns numbers in a row
 */
export function quantizeRows(values: Float32Array, columns: number): QuantizedRows {
  const rows = values.length / columns;
  const codes = new Int8Array(values.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let largest = 0;
    for (let at = start; at < start + columns; at++) largest = Math.max(largest, Math.abs(values[at] ?? 0));
    // A row of numbers so small that their scale would be 0 is a row of zeros.
    const scale = Math.fround(largest / 127) || 1;
    scales[row] = scale;
    for (let at = start; at < start + columns; at++) {
      codes[at] = Math.max(-127, Math.min(127, Math.round((values[at] ?? 0) / scale)));
    }
  }
  return { codes, scales };
}
