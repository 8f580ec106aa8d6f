import type { Bm25Statistics } from './bm25-statistics.js';
import {
  averageLength,
  impactOf,
  inverseDocumentFrequency,
  inverseNorms,
  LEAST,
  relativeLengths,
} from './bm25-weights.js';

/**
 * Which BM25. With s = tf / (tf + k1 (1 - b + b · length / average)), N documents and n of them with the term, a term adds:
 *
 * - `lucene`: ln(1 + (N - n + .5) / (n + .5)) · s, in Lucene's float32 arithmetic
 * - `robertson`: ln((N - n + .5) / (n + .5)) · s; a term in half of the documents or more adds the least float32
 * - `atire`: ln(N / n) · (k1 + 1) · s; a term in all documents adds the least float32
 * - `bm25l`: ln((N + 1) / (n + .5)) · (k1 + 1) (c + delta) / (k1 + c + delta), c = tf / (1 - b + b · length / average)
 * - `bm25+`: ln((N + 1) / n) · ((k1 + 1) · s + delta)
 *
 * Lengths go through the one-byte code in all of them. Source: Kamphuis, de Vries, Boytsov and Lin, "Which BM25 Do You
 * Mean? A Large-Scale Reproducibility Study of Scoring Variants" (ECIR 2020); BM25L and BM25+: Lv and Zhai (SIGIR and
 * CIKM 2011); ATIRE: Trotman, Jia and Crane (2012).
 */
export type Bm25Variant = 'lucene' | 'robertson' | 'atire' | 'bm25l' | 'bm25+';

/** A variant with its constants. */
export interface Bm25FormulaOptions {
  /** @default 'lucene' */
  readonly variant?: Bm25Variant | undefined;
  /** At least 0. */
  readonly k1: number;
  /** 0 to 1. */
  readonly b: number;
  /**
   * What a match is worth at least: of `bm25l` and `bm25+` only; at least 0.
   * @default 0.5 for `bm25l`, 1 for `bm25+`
   */
  readonly delta?: number | undefined;
}

/** How postings are weighed. */
export interface Bm25Formula {
  readonly variant: Bm25Variant;
  readonly k1: number;
  /** 0 where the variant has none. */
  readonly delta: number;
  /** Weight of a term in `documentFrequency` of `documents`, as float32; above 0. */
  idf(documents: number, documentFrequency: number): number;
  /** By length code: what {@link impact} needs to know of a document. */
  norms(statistics: Bm25Statistics): Float32Array;
  /**
   * What a posting adds to its document's score, as float32; above 0.
   *
   * @param weight idf times how often the query has the term, as float32
   * @param norm of the document's length code
   */
  impact(weight: number, frequency: number, norm: number): number;
}

/** The formula of a variant. */
export function bm25Formula({ variant = 'lucene', k1, b, delta }: Bm25FormulaOptions): Bm25Formula {
  const saturation = (frequency: number, norm: number): number => frequency / (frequency + k1 * norm);
  const norms = (statistics: Bm25Statistics): Float32Array => relativeLengths(b, averageLength(statistics));
  const named = { variant, k1, delta: deltaOf(variant, delta) };
  switch (variant) {
    case 'lucene': {
      const constants = { k1: Math.fround(k1), b: Math.fround(b) };
      return {
        ...named,
        idf: inverseDocumentFrequency,
        norms: (statistics) => inverseNorms(constants, averageLength(statistics)),
        impact: impactOf,
      };
    }
    case 'robertson':
      return {
        ...named,
        idf: (documents, n) => aboveZero(Math.log((documents - n + 0.5) / (n + 0.5))),
        norms,
        impact: (weight, tf, norm) => aboveZero(weight * saturation(tf, norm)),
      };
    case 'atire':
      return {
        ...named,
        idf: (documents, n) => aboveZero(Math.log(documents / n)),
        norms,
        impact: (weight, tf, norm) => aboveZero(weight * (k1 + 1) * saturation(tf, norm)),
      };
    case 'bm25l':
      return {
        ...named,
        idf: (documents, n) => aboveZero(Math.log((documents + 1) / (n + 0.5))),
        norms,
        impact: (weight, tf, norm) => {
          const shifted = tf / norm + named.delta;
          return aboveZero((weight * (k1 + 1) * shifted) / (k1 + shifted));
        },
      };
    case 'bm25+':
      return {
        ...named,
        idf: (documents, n) => aboveZero(Math.log((documents + 1) / n)),
        norms,
        impact: (weight, tf, norm) => aboveZero(weight * ((k1 + 1) * saturation(tf, norm) + named.delta)),
      };
  }
}

function deltaOf(variant: Bm25Variant, chosen: number | undefined): number {
  const usual = { lucene: 0, robertson: 0, atire: 0, bm25l: 0.5, 'bm25+': 1 }[variant];
  return chosen ?? usual;
}

/** As float32, at least the least above 0: a document that has a term of the query is found. */
function aboveZero(value: number): number {
  const rounded = Math.fround(value);
  return rounded > 0 ? rounded : LEAST;
}
