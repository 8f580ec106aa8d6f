import type { CodeSums, ListedCodeSums } from './code-sums.js';

const ENTRIES = 256;

/** Plain twin of `sumCodes`, bit for bit; what runs where SIMD is missing. */
export function sumCodesReference({ codes, parts, tables, scores }: CodeSums): void {
  for (let row = 0; row < scores.length; row++) scores[row] = sumOf(codes, row * parts, tables, parts);
}

/** Plain twin of `sumCodesListed`, bit for bit. */
export function sumCodesListedReference({ codes, parts, tables, scores, list }: ListedCodeSums): void {
  for (const [at, row] of list.entries()) scores[at] = sumOf(codes, row * parts, tables, parts);
}

function sumOf(codes: Uint8Array, start: number, tables: Float32Array, parts: number): number {
  let sum = 0;
  for (let part = 0; part < parts; part++) {
    sum = Math.fround(sum + (tables[part * ENTRIES + (codes[start + part] ?? 0)] ?? 0));
  }
  return sum;
}
