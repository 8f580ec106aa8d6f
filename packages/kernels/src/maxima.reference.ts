import { decodeFloat16 } from './float16-codes.js';
import type { MaximaFloat16Call, MaximaInt8Call } from './maxima.js';

const TILE = 8;

/** Plain twin of `maximaFloat16`, bit for bit; what runs where SIMD is missing. */
export function maximaFloat16Reference(call: MaximaFloat16Call): void {
  const { tiles, queries, rows, stride, width, starts, ends, maxima } = call;
  const padded = Math.ceil(queries / 4) * 4;
  const row = new Float32Array(stride);
  maxima.fill(Number.NEGATIVE_INFINITY);
  for (let range = 0; range < starts.length; range++) {
    for (let at = starts[range] ?? 0; at < (ends[range] ?? 0); at++) {
      decodeFloat16(rows.subarray(at * stride, (at + 1) * stride), row);
      for (let query = 0; query < padded; query++) {
        const first = Math.floor(query / TILE) * TILE * width + (query % TILE);
        let sum = 0;
        for (let column = 0; column < width; column++) {
          sum = Math.fround(sum + Math.fround((row[column] ?? 0) * (tiles[first + column * TILE] ?? 0)));
        }
        raise(maxima, range * padded + query, sum);
      }
    }
  }
}

/** Plain twin of `maximaInt8`, bit for bit. */
export function maximaInt8Reference({ queries, rows, scales, columns, starts, ends, maxima }: MaximaInt8Call): void {
  const q = queries.length / columns;
  maxima.fill(Number.NEGATIVE_INFINITY);
  for (let range = 0; range < starts.length; range++) {
    for (let row = starts[range] ?? 0; row < (ends[range] ?? 0); row++) {
      for (let query = 0; query < q; query++) {
        let sum = 0;
        for (let column = 0; column < columns; column++) {
          sum += (queries[query * columns + column] ?? 0) * (rows[row * columns + column] ?? 0);
        }
        raise(maxima, range * q + query, Math.fround(Math.fround(sum) * (scales[row] ?? 0)));
      }
    }
  }
}

function raise(maxima: Float32Array, at: number, score: number): void {
  maxima[at] = Math.max(maxima[at] ?? 0, score);
}
