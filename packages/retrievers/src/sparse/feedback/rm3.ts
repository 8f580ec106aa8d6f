import { parseOptions } from '@sluice/core';
import { z } from 'zod';
import type { TermRetriever } from '../bm25/term-retriever.js';
import type { ReadTexts } from '../document-texts.js';
import { type FeedbackParameters, feedbackShape, feedbackSpec } from './feedback-parameters.js';
import { type FeedbackRetriever, feedbackRetriever } from './feedback-retriever.js';
import { heaviest, unitSum, weightedSum } from './weight-vector.js';

/** How {@link rm3} expands queries and what its column is called. */
export interface Rm3Parameters extends FeedbackParameters {
  /**
   * What the query itself counts for beside its expansion, 0 to 1.
   * @default 0.5
   */
  readonly originalQueryWeight?: number | undefined;
  /**
   * Of the score column.
   * @default 'rm3'
   */
  readonly name?: string | undefined;
}

/** How {@link rm3} expands queries, and from what. */
export interface Rm3Options extends Rm3Parameters {
  /**
   * The texts of documents, as they were analysed.
   * @default the space's: title and text
   */
  readonly texts?: ReadTexts | undefined;
}

type ParsedParameters = Required<{ readonly [Key in keyof Rm3Parameters]: NonNullable<Rm3Parameters[Key]> }>;

/** The parameters as a pipeline file has them, beside `source`. */
export const rm3Parameters: z.ZodType<ParsedParameters, Rm3Parameters> = z
  .strictObject({
    ...feedbackShape,
    originalQueryWeight: z.number().min(0).max(1).default(0.5),
    name: z.string().min(1).default('rm3'),
  })
  .meta({ title: 'rm3' });

/**
 * Expands queries by a relevance model of the documents that they find first: RM3.
 *
 * Each of the first documents d, cut to its most frequent terms, says P(t | d); the terms of the greatest
 * Σ P(t | d) · score(d) are mixed with the query:
 * weight(t) = originalQueryWeight · P(t | query) + (1 - originalQueryWeight) · P(t | expansion).
 * Defaults and rules are Anserini's. Finds more where relevant documents use words that the query lacks; costs a second
 * search with some ten terms and an analysis of the first documents. Source: Abdul-Jaleel et al., "UMass at TREC 2004";
 * Lavrenko and Croft, "Relevance-Based Language Models" (SIGIR 2001).
 *
 * @param source BM25 or another {@link TermRetriever}
 * @throws {InvalidOptionsError} a parameter is out of range
 * @throws {InvalidInputError} the source's space has ids only and there are no `texts`
 * @example pipeline(fuse([rm3(bm25), dense], rrf()))
 */
export function rm3(source: TermRetriever, { texts, ...rest }: Rm3Options = {}): FeedbackRetriever {
  const parameters = parseOptions(rm3Parameters, rest);
  const { name, feedbackDocuments, feedbackTerms, maxDocumentShare, originalQueryWeight } = parameters;
  return feedbackRetriever(source, {
    name,
    documents: feedbackDocuments,
    maxDocumentShare,
    texts,
    weigh(query, documents) {
      const models = documents.map(({ terms, score }) => [unitSum(heaviest(terms, feedbackTerms)), score] as const);
      const expansion = unitSum(heaviest(weightedSum(models), feedbackTerms));
      return weightedSum([
        [unitSum(query), originalQueryWeight],
        [expansion, 1 - originalQueryWeight],
      ]);
    },
    toSpec: feedbackSpec(source, 'rm3', parameters),
  });
}
