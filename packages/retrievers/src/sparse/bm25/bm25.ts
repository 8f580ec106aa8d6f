import { bm25Scale, type DocumentSpace, parseOptions, type Query, type Retriever, type StageSpec } from '@sluice/core';
import { z } from 'zod';
import type { BitmapOf } from '../../resolve-filter.js';
import type { Analyzer } from '../analysis/analyzer.js';
import type { Bm25Explanation } from './bm25-explanation.js';
import { type Bm25Variant, bm25Formula } from './bm25-formula.js';
import type { Bm25Index } from './bm25-index.js';
import { Bm25Searcher } from './bm25-searcher.js';
import type { Bm25Statistics } from './bm25-statistics.js';
import { explainBm25 } from './explain-bm25.js';
import { QueryReader } from './query-reader.js';
import type { TermRetriever } from './term-retriever.js';
import { expectTermIndex, termSearch } from './term-search.js';
import { countTerms, weightedTerms } from './term-weights.js';

/** How BM25 weighs and what its column is called. */
export interface Bm25Parameters {
  /**
   * How soon repetition of a term stops to count: 0 (at once) to 1000. Anserini's is 0.9.
   * @default 1.2
   */
  readonly k1?: number | undefined;
  /**
   * How much a document's length counts: 0 (not) to 1. Anserini's is 0.4.
   * @default 0.75
   */
  readonly b?: number | undefined;
  /**
   * Which formula.
   * @default 'lucene'
   */
  readonly variant?: Bm25Variant | undefined;
  /**
   * What a match is worth at least, 0 to 10; of the variants `bm25l` and `bm25+` only.
   * @default 0.5 for `bm25l`, 1 for `bm25+`
   */
  readonly delta?: number | undefined;
  /**
   * Of the score column.
   * @default 'bm25'
   */
  readonly name?: string | undefined;
}

/** What {@link bm25} searches, and how. */
export interface Bm25Options extends Bm25Parameters {
  readonly index: Bm25Index;
  /** Whose ordinals the index has. */
  readonly space: DocumentSpace;
  /** The analyzer that filled the index. */
  readonly analyzer: Analyzer;
  /**
   * Of the whole collection, where the index is a part of one.
   * @default the index's own
   */
  readonly statistics?: Bm25Statistics | undefined;
  /**
   * The documents that pass a filter; a bitmap of the space's size. Without it, filters are refused.
   * @default none
   */
  readonly bitmapOf?: BitmapOf | undefined;
}

/** A {@link Retriever} that can say how a score came about. */
export interface Bm25Retriever extends TermRetriever {
  /** @throws {RangeError} `ordinal` is not in the space */
  explain(query: Query, ordinal: number): Bm25Explanation;
}

interface ParsedParameters {
  readonly k1: number;
  readonly b: number;
  readonly variant?: Bm25Variant | undefined;
  readonly delta?: number | undefined;
  readonly name: string;
}

/** The parameters as a pipeline file has them. */
export const bm25Parameters: z.ZodType<ParsedParameters, Bm25Parameters> = z
  .strictObject({
    k1: z.number().min(0).max(1000).default(1.2),
    b: z.number().min(0).max(1).default(0.75),
    variant: z.enum(['lucene', 'robertson', 'atire', 'bm25l', 'bm25+']).optional(),
    delta: z.number().min(0).max(10).optional(),
    name: z.string().min(1).default('bm25'),
  })
  .refine(({ variant, delta }) => delta === undefined || variant === 'bm25l' || variant === 'bm25+', {
    path: ['delta'],
    message: 'has a meaning for the variants bm25l and bm25+ only',
  })
  .meta({ title: 'bm25' });

/**
 * Finds documents by their words: BM25 as Lucene 9.9 computes it, to the last bit of its float32 scores, or another
 * `variant` of it.
 *
 * score(q, d) = Σ qtf · idf · tf / (tf + k1 (1 - b + b · length / average)), without the factor k1 + 1, lengths through a
 * one-byte code. A document is found when it has a term of the query. Source: Robertson and Zaragoza (2009), "The
 * Probabilistic Relevance Framework: BM25 and Beyond"; Lucene 9.9 BM25Similarity.
 *
 * Cost: one addition a posting of the query's terms; queries share the thread in slices of 8 ms.
 *
 * @throws {InvalidOptionsError} a parameter is out of range, or the index has ordinals that the space lacks
 * @throws {FingerprintMismatchError} another analyzer filled the index
 * @example bm25({ index, space, analyzer: englishAnalyzer(), k1: 0.9, b: 0.4 })
 */
export function bm25(options: Bm25Options): Bm25Retriever {
  const { index, space, analyzer, statistics = index, bitmapOf, ...rest } = options;
  const parameters = parseOptions(bm25Parameters, rest);
  expectTermIndex('bm25', index, { space, analyzer });
  const { name } = parameters;
  const formula = bm25Formula(parameters);
  const sources = { index, space, statistics };
  const searcher = new Bm25Searcher(sources, formula);
  const reader = new QueryReader(analyzer, index.terms);

  const search = termSearch({
    ...{ name, space, searcher, bitmapOf },
    readText: ({ text }) => reader.read(text),
    readWeights: (weights) => weightedTerms(weights, index.terms),
  });

  return {
    name,
    scale: bm25Scale,
    space,
    analyzer,
    statistics,
    ...search,
    explain: ({ text }, ordinal) => explainBm25(countTerms(analyzer.analyze(text)), ordinal, { ...sources, formula }),
    explainTerms: (weights, ordinal) => explainBm25(weights, ordinal, { ...sources, formula }),

    toSpec: (): StageSpec => specOf(parameters),
  };
}

function specOf({ k1, b, variant, delta, name }: ParsedParameters): StageSpec {
  const optional = { ...(variant !== undefined && { variant }), ...(delta !== undefined && { delta }) };
  return { type: 'bm25', k1, b, ...optional, name };
}
