import type { Bm25Statistics } from './bm25-statistics.js';
import { decodeLength } from './length-code.js';

/** The two constants of BM25, as float32. */
export interface Bm25Constants {
  /** How soon repetition stops to count: at least 0. */
  readonly k1: number;
  /** How much length counts: 0 to 1. */
  readonly b: number;
}

/** The least float32 above 0: a posting always counts, also where rounding leaves nothing of it. */
export const LEAST: number = 2 ** -149;

/**
 * Lucene's idf: ln(1 + (N - n + .5) / (n + .5)) for a term in n of N documents, as float32. Above 0.
 *
 * Source: Lucene 9.9 BM25Similarity; Robertson's weight with 1 added inside so that it is never negative.
 */
export function inverseDocumentFrequency(documents: number, documentFrequency: number): number {
  return Math.fround(Math.log(1 + (documents - documentFrequency + 0.5) / (documentFrequency + 0.5)));
}

/** Mean number of terms of the documents that have any, as float32; 0 without documents. */
export function averageLength({ documents, tokens }: Pick<Bm25Statistics, 'documents' | 'tokens'>): number {
  return documents === 0 ? 0 : Math.fround(tokens / documents);
}

/**
 * By length code: 1 / (k1 (1 - b + b length / average)), computed in float32 in Lucene's order of operations.
 *
 * Infinity where the divisor is 0 (k1 = 0), which {@link impactOf} turns into full weight.
 */
export function inverseNorms({ k1, b }: Bm25Constants, average: number): Float32Array {
  const { fround } = Math;
  const base = fround(1 - b);
  return Float32Array.from({ length: 256 }, (_, code) => {
    const share = fround(fround(b * decodeLength(code)) / average);
    return fround(1 / fround(k1 * fround(base + share)));
  });
}

/** By length code: 1 - b + b length / average, as float32; of every variant but Lucene's. */
export function relativeLengths(b: number, average: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, code) => 1 - b + (b * decodeLength(code)) / average);
}

/**
 * What a posting adds to its document's score: weight · tf / (tf + norm), in the float32 form of Lucene's scorer.
 *
 * @param weight idf times how often the query has the term, as float32
 */
export function impactOf(weight: number, frequency: number, inverseNorm: number): number {
  const { fround } = Math;
  const impact = fround(weight - fround(weight / fround(1 + fround(frequency * inverseNorm))));
  return impact > 0 ? impact : LEAST;
}
