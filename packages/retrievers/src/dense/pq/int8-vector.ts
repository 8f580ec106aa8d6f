import type { Similarity } from '@sluice/core';

const LARGEST_CODE = 127;

/** Bytes of a vector in 8 bits a number: its scale as float32, then a code for each number. */
export function int8Bytes(dimensions: number): number {
  return 4 + dimensions;
}

/** A vector in 8 bits a number, the largest of them 127. */
export function toInt8(vector: Float32Array): Uint8Array {
  const bytes = new Uint8Array(int8Bytes(vector.length));
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const codes = new Int8Array(bytes.buffer, 4);
  new DataView(bytes.buffer).setFloat32(0, largest / LARGEST_CODE, true);
  if (largest > 0) for (const [at, value] of vector.entries()) codes[at] = Math.round((value / largest) * LARGEST_CODE);
  return bytes;
}

/** The score of a query with a vector that {@link toInt8} wrote, in double precision. */
export function scoreInt8(similarity: Similarity, query: Float32Array, bytes: Uint8Array): number {
  const scale = new DataView(bytes.buffer, bytes.byteOffset).getFloat32(0, true);
  const codes = new Int8Array(bytes.buffer, bytes.byteOffset + 4, bytes.length - 4);
  let sum = 0;
  if (similarity === 'euclidean') {
    for (let at = 0; at < codes.length; at++) sum -= ((query[at] ?? 0) - (codes[at] ?? 0) * scale) ** 2;
    return sum;
  }
  for (let at = 0; at < codes.length; at++) sum += (query[at] ?? 0) * (codes[at] ?? 0);
  return similarity === 'cosine' ? Math.max(-1, Math.min(1, sum * scale)) : sum * scale;
}
