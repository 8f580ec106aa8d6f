/**
 * Scales each row of a row-major matrix to length 1, in place. A row of zeros stays, as in sentence-transformers,
 * whose divisor is never below 1e-12.
 */
export function normalizeRows(data: Float32Array, columns: number): void {
  for (let start = 0; start + columns <= data.length; start += columns) {
    let squares = 0;
    for (let at = start; at < start + columns; at++) squares += (data[at] ?? 0) ** 2;
    const scale = 1 / Math.max(Math.sqrt(squares), 1e-12);
    for (let at = start; at < start + columns; at++) data[at] = (data[at] ?? 0) * scale;
  }
}
