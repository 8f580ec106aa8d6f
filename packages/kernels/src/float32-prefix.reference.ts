import { scoreFloat32ListedReference } from './float32.reference.js';
import type { Float32PrefixCall } from './float32-prefix.js';

/** Plain twin of `scoreFloat32Prefix`, bit for bit: the slices are copied out and scored as whole rows. */
export function scoreFloat32PrefixReference(call: Float32PrefixCall): void {
  const { rows, list, columns, stride } = call;
  const slices = new Float32Array(list.length * columns);
  for (const [at, row] of list.entries()) {
    slices.set(rows.subarray(row * stride, row * stride + columns), at * columns);
  }
  scoreFloat32ListedReference({ ...call, rows: slices, list: list.map((_, at) => at) });
}
