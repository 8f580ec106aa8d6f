import { readFileSync } from 'node:fs';
import type { Embedder, Matrix } from '@sluice/core';
import { expect } from 'vitest';

/** Short, empty, mixed case, other scripts, and longer than any model takes. */
export const texts: readonly string[] = [
  'tides',
  '',
  'What makes the Tides rise and fall?',
  'Ärger über Öl, 海 and 🌊',
  'the moon pulls the ocean '.repeat(200),
  'bread and butter',
];

/** For the golden tests, which encode 175 texts on one thread: ten seconds on a machine that does nothing else. */
export const GOLDEN_MS = 300_000;

/** Fails unless no number of one differs from the other's by more than `tolerance`. */
export function expectSameRows(actual: Matrix, expected: Matrix, tolerance: number): void {
  expect({ rows: actual.rows, columns: actual.columns }).toEqual({ rows: expected.rows, columns: expected.columns });
  expect(largestDifference(actual.data, expected.data)).toBeLessThan(tolerance);
}

/** Fails unless an embedder over all-MiniLM-L6-v2 gives the rows that sentence-transformers gave, to 1e-5. */
export async function expectGolden(embedder: Embedder, shared: string): Promise<void> {
  const golden = `${shared}/golden/all-MiniLM-L6-v2`;
  const lines = readFileSync(`${golden}/texts.jsonl`, 'utf8').trimEnd().split('\n');
  const documents: string[] = lines.map((line) => JSON.parse(line).text);
  const expected = new Float32Array(new Uint8Array(readFileSync(`${golden}/embeddings.f32`)).buffer);
  const { data, rows } = await embedder.encodeDocuments(documents);
  expect(rows).toBe(175);
  expect(largestDifference(data, expected)).toBeLessThan(1e-5);
}

function largestDifference(one: Float32Array, other: Float32Array): number {
  expect(one.length).toBe(other.length);
  return one.reduce((largest, value, at) => Math.max(largest, Math.abs(value - (other[at] ?? Number.NaN))), 0);
}
