import { parseOptions } from '@sluice/core';
import { z } from 'zod';
import type { TermRetriever } from '../bm25/term-retriever.js';
import type { ReadTexts } from '../document-texts.js';
import { type FeedbackParameters, feedbackShape, feedbackSpec } from './feedback-parameters.js';
import { type FeedbackRetriever, feedbackRetriever } from './feedback-retriever.js';
import { heaviest, unitLength, weightedSum } from './weight-vector.js';

/** How {@link rocchio} expands queries and what its column is called. */
export interface RocchioParameters extends FeedbackParameters {
  /**
   * What the query itself counts for, 0 to 100.
   * @default 1
   */
  readonly alpha?: number | undefined;
  /**
   * What the mean of the first documents counts for, 0 to 100.
   * @default 0.75
   */
  readonly beta?: number | undefined;
  /**
   * Of the score column.
   * @default 'rocchio'
   */
  readonly name?: string | undefined;
}

/** How {@link rocchio} expands queries, and from what. */
export interface RocchioOptions extends RocchioParameters {
  /**
   * The texts of documents, as they were analysed.
   * @default the space's: title and text
   */
  readonly texts?: ReadTexts | undefined;
}

type ParsedParameters = Required<{ readonly [Key in keyof RocchioParameters]: NonNullable<RocchioParameters[Key]> }>;

/** The parameters as a pipeline file has them, beside `source`. */
export const rocchioParameters: z.ZodType<ParsedParameters, RocchioParameters> = z
  .strictObject({
    ...feedbackShape,
    alpha: z.number().min(0).max(100).default(1),
    beta: z.number().min(0).max(100).default(0.75),
    name: z.string().min(1).default('rocchio'),
  })
  .meta({ title: 'rocchio' });

/**
 * Moves queries towards the mean of the documents that they find first: Rocchio's feedback, without a negative part.
 *
 * With vectors of term frequencies cut to the most frequent terms and of length 1:
 * query' = alpha · query + beta · mean of the first documents, the mean cut and of length 1 again. Unlike `rm3` it
 * counts the first documents alike, whatever their scores. Defaults are Anserini's. Source: Rocchio, "Relevance Feedback
 * in Information Retrieval" (1971).
 *
 * @param source BM25 or another {@link TermRetriever}
 * @throws {InvalidOptionsError} a parameter is out of range
 * @throws {InvalidInputError} the source's space has ids only and there are no `texts`
 * @example pipeline(rocchio(bm25, { beta: 0.5 }))
 */
export function rocchio(source: TermRetriever, { texts, ...rest }: RocchioOptions = {}): FeedbackRetriever {
  const parameters = parseOptions(rocchioParameters, rest);
  const { name, feedbackDocuments, feedbackTerms, maxDocumentShare, alpha, beta } = parameters;
  return feedbackRetriever(source, {
    name,
    documents: feedbackDocuments,
    maxDocumentShare,
    texts,
    weigh(query, documents) {
      const vectors = documents.map(({ terms }) => [unitLength(heaviest(terms, feedbackTerms)), 1] as const);
      const mean = unitLength(heaviest(weightedSum(vectors), feedbackTerms));
      return weightedSum([
        [unitLength(query), alpha],
        [mean, beta],
      ]);
    },
    toSpec: feedbackSpec(source, 'rocchio', parameters),
  });
}
