import type { ScaleIntegersCall } from './scale-integers.js';

/** Plain twin of `scaleIntegers`, bit for bit; what runs where SIMD is missing. */
export function scaleIntegersReference({ values, rowScales, queryScales }: ScaleIntegersCall): void {
  const scores = new Float32Array(values.buffer, values.byteOffset, values.length);
  const n = rowScales.length;
  for (let query = 0; query < queryScales.length; query++) {
    for (let row = 0; row < n; row++) {
      const value = Math.fround(values[query * n + row] ?? 0);
      scores[query * n + row] = Math.fround(value * (queryScales[query] ?? 0)) * (rowScales[row] ?? 0);
    }
  }
}
