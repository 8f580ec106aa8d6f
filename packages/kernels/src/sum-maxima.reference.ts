import type { SumMaximaCall } from './sum-maxima.js';

/** Plain twin of `sumMaxima`, bit for bit. */
export function sumMaximaReference({ table, columns, codes, starts, ends, scores }: SumMaximaCall): void {
  for (let range = 0; range < starts.length; range++) {
    const own = codes.subarray(starts[range] ?? 0, ends[range] ?? 0);
    const lanes = new Float32Array(4);
    for (let column = 0; own.length > 0 && column < columns; column++) {
      let largest = Number.NEGATIVE_INFINITY;
      for (const code of own) largest = Math.max(largest, table[code * columns + column] ?? 0);
      lanes[column % 4] = (lanes[column % 4] ?? 0) + largest;
    }
    const [first = 0, second = 0, third = 0, fourth = 0] = lanes;
    scores[range] = Math.fround(Math.fround(first + third) + Math.fround(second + fourth));
  }
}
