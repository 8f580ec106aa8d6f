import type { Float32Metric } from './float32.js';
import type { TilesCall } from './tiles.js';

const POINTS = 8;

/** Plain twin of `scoreTiles`, bit for bit; what runs where SIMD is missing. */
export function scoreTilesReference({ metric, rows, stride, from, width, tiles, scores }: TilesCall): void {
  const q = rows.length / stride;
  const n = tiles.length / width;
  for (let i = 0; i < q; i++) {
    const row = rows.subarray(i * stride + from, i * stride + from + width);
    for (let j = 0; j < n; j++) {
      const first = Math.floor(j / POINTS) * POINTS * width + (j % POINTS);
      scores[i * n + j] = scorePair(metric, row, tiles, first);
    }
  }
}

function scorePair(metric: Float32Metric, row: Float32Array, tiles: Float32Array, first: number): number {
  let sum = 0;
  for (let column = 0; column < row.length; column++) {
    const x = row[column] ?? 0;
    const y = tiles[first + column * POINTS] ?? 0;
    const difference = Math.fround(x - y);
    const added = metric === 'dot' ? Math.fround(x * y) : -Math.fround(difference * difference);
    sum = Math.fround(sum + added);
  }
  return sum;
}
