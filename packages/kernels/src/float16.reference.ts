import type { Float16Call, Float16ListedCall } from './float16.js';
import { decodeFloat16 } from './float16-codes.js';
import { scoreFloat32ListedReference, scoreFloat32Reference } from './float32.reference.js';

/** Plain twin of `scoreFloat16`, bit for bit; what runs where SIMD is missing. */
export function scoreFloat16Reference({ rows, ...call }: Float16Call): void {
  scoreFloat32Reference({ ...call, rows: widened(rows) });
}

/** Plain twin of `scoreFloat16Listed`, bit for bit. */
export function scoreFloat16ListedReference({ rows, list, columns, ...call }: Float16ListedCall): void {
  const all = new Uint16Array(list.length * columns);
  for (const [at, row] of list.entries()) all.set(rows.subarray(row * columns, (row + 1) * columns), at * columns);
  scoreFloat32ListedReference({ ...call, columns, rows: widened(all), list: list.map((_, at) => at) });
}

function widened(halves: Uint16Array): Float32Array {
  const rows = new Float32Array(halves.length);
  decodeFloat16(halves, rows);
  return rows;
}
