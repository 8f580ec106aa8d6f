import type { HammingCall } from './hamming.js';

/** Plain twin of `hamming`; what runs where SIMD is missing. */
export function hammingReference({ queries, codes, distances, width }: HammingCall): void {
  const q = queries.length / width;
  const n = codes.length / width;
  for (let i = 0; i < q; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let byte = 0; byte < width; byte++) {
        sum += bitsOf((queries[i * width + byte] ?? 0) ^ (codes[j * width + byte] ?? 0));
      }
      distances[i * n + j] = sum;
    }
  }
}

function bitsOf(byte: number): number {
  const pairs = byte - ((byte >>> 1) & 0x55);
  const nibbles = (pairs & 0x33) + ((pairs >>> 2) & 0x33);
  return (nibbles + (nibbles >>> 4)) & 0x0f;
}
