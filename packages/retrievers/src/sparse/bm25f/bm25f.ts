import {
  bm25Scale,
  type DocumentSpace,
  InvalidOptionsError,
  parseOptions,
  type Query,
  type StageSpec,
} from '@sluice/core';
import { z } from 'zod';
import type { BitmapOf } from '../../resolve-filter.js';
import type { Analyzer } from '../analysis/analyzer.js';
import type { Bm25Explanation } from '../bm25/bm25-explanation.js';
import type { TermRetriever } from '../bm25/term-retriever.js';
import { expectTermIndex, termSearch } from '../bm25/term-search.js';
import { countTerms, expectWeights, type TermWeights } from '../bm25/term-weights.js';
import { Bm25fSearcher } from './bm25f-searcher.js';
import { explainBm25f } from './explain-bm25f.js';
import type { FieldsIndex, FieldsStatistics } from './fields-index.js';

/** What a field counts for. */
export interface FieldParameters {
  /**
   * Above 0, at most 1000: an occurrence in this field is worth so many in a field of weight 1.
   * @default 1
   */
  readonly weight?: number | undefined;
  /**
   * How much the field's length counts: 0 (not) to 1.
   * @default 0.75
   */
  readonly b?: number | undefined;
}

/** How BM25F weighs and what its column is called. */
export interface Bm25fParameters {
  /**
   * How soon repetition of a term stops to count: 0 (at once) to 1000.
   * @default 1.2
   */
  readonly k1?: number | undefined;
  /**
   * By name. Fields of the index that are not named are not searched.
   * @default all fields of the index, each with its defaults
   */
  readonly fields?: Readonly<Record<string, FieldParameters>> | undefined;
  /**
   * Of the score column.
   * @default 'bm25f'
   */
  readonly name?: string | undefined;
}

/** What {@link bm25f} searches, and how. */
export interface Bm25fOptions extends Bm25fParameters {
  readonly index: FieldsIndex;
  /** Whose ordinals the index has. */
  readonly space: DocumentSpace;
  /** The analyzer that filled the index. */
  readonly analyzer: Analyzer;
  /**
   * Of the whole collection, where the index is a part of one.
   * @default the index's own
   */
  readonly statistics?: FieldsStatistics | undefined;
  /**
   * The documents that pass a filter; a bitmap of the space's size. Without it, filters are refused.
   * @default none
   */
  readonly bitmapOf?: BitmapOf | undefined;
}

/** A retriever over fields that can say how a score came about. */
export interface Bm25fRetriever extends TermRetriever {
  /** @throws {RangeError} `ordinal` is not in the space */
  explain(query: Query, ordinal: number): Bm25Explanation;
}

interface ParsedParameters {
  readonly k1: number;
  readonly fields?: Readonly<Record<string, { readonly weight: number; readonly b: number }>> | undefined;
  readonly name: string;
}

/** What a field's numbers may be, for schemas that have other defaults. */
export const fieldRanges: { readonly weight: z.ZodNumber; readonly b: z.ZodNumber } = {
  weight: z.number().positive().max(1000),
  b: z.number().min(0).max(1),
};

const fieldSchema = z.strictObject({ weight: fieldRanges.weight.default(1), b: fieldRanges.b.default(0.75) });

/** The parameters as a pipeline file has them. */
export const bm25fParameters: z.ZodType<ParsedParameters, Bm25fParameters> = z
  .strictObject({
    k1: z.number().min(0).max(1000).default(1.2),
    fields: z.record(z.string(), fieldSchema).optional(),
    name: z.string().min(1).default('bm25f'),
  })
  .meta({ title: 'bm25f' });

/**
 * Finds documents by their words, which count differently by field: simple BM25F.
 *
 * score(q, d) = Σ qtf · idf · x / (1 + x) with x = Σ weight_f · tf_f / (k1 (1 - b_f + b_f · length_f / average_f)): lengths
 * are normalised by field, and a term is saturated once for all its fields. Terms are counted by documents in the idf.
 * With a single field of weight 1 it is `bm25`, to the last bit. Source: Robertson, Zaragoza and Taylor, "Simple BM25
 * Extension to Multiple Weighted Fields" (CIKM 2004); Zaragoza et al. (TREC 2004) for lengths by field.
 *
 * Cost: one addition a posting and field; then one look at every document.
 *
 * @throws {InvalidOptionsError} a parameter is out of range, a field is not in the index, or ordinals are not in the space
 * @throws {FingerprintMismatchError} another analyzer filled the index
 * @example bm25f({ index, space, analyzer, fields: { title: { weight: 3, b: 0.3 }, text: {} } })
 */
export function bm25f(options: Bm25fOptions): Bm25fRetriever {
  const { index, space, analyzer, statistics = index, bitmapOf, ...rest } = options;
  const parameters = parseOptions(bm25fParameters, rest);
  const { name, k1 } = parameters;
  const fields = chosenFields(index, parameters);
  expectTermIndex('bm25f', index, { space, analyzer });
  const sources = { index, space, statistics, k1, fields };
  const searcher = new Bm25fSearcher(sources);
  const readText = ({ text }: Query): TermWeights => countTerms(analyzer.analyze(text));

  const search = termSearch({ name, space, searcher, bitmapOf, readText, readWeights: expectWeights });

  return {
    name,
    scale: bm25Scale,
    space,
    analyzer,
    statistics,
    ...search,
    explain: (query, ordinal) => explainBm25f(readText(query), ordinal, sources),
    explainTerms: (weights, ordinal) => explainBm25f(weights, ordinal, sources),
    toSpec: (): StageSpec => ({ type: 'bm25f', k1, fields: Object.fromEntries(fields), name }),
  };
}

function chosenFields(index: FieldsIndex, { fields }: ParsedParameters): Map<string, { weight: number; b: number }> {
  if (!fields) return new Map(Array.from(index.fields.keys(), (name) => [name, { weight: 1, b: 0.75 }]));
  const missing = Object.keys(fields).find((name) => !index.fields.has(name));
  if (missing === undefined) return new Map(Object.entries(fields));
  const message = `the index has no such field; it has ${[...index.fields.keys()].join(', ')}`;
  throw new InvalidOptionsError({ owner: 'bm25f', issues: [{ path: `fields.${missing}`, message }] });
}
