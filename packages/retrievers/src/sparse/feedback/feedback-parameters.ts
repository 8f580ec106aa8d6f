import type { Retriever, StageSpec } from '@sluice/core';
import { z } from 'zod';

/** What all kinds of feedback may be told. */
export interface FeedbackParameters {
  /**
   * Documents of the first search that are taken to be relevant, 1 to 1000.
   * @default 10
   */
  readonly feedbackDocuments?: number | undefined;
  /**
   * Terms that each of them and all of them together suggest at most, 1 to 1000.
   * @default 10
   */
  readonly feedbackTerms?: number | undefined;
  /**
   * Terms in a greater share of the collection's documents are not suggested, 0 to 1.
   * @default 0.1
   */
  readonly maxDocumentShare?: number | undefined;
}

export const feedbackShape: {
  feedbackDocuments: z.ZodDefault<z.ZodInt>;
  feedbackTerms: z.ZodDefault<z.ZodInt>;
  maxDocumentShare: z.ZodDefault<z.ZodNumber>;
} = {
  feedbackDocuments: z.int().min(1).max(1000).default(10),
  feedbackTerms: z.int().min(1).max(1000).default(10),
  maxDocumentShare: z.number().min(0).max(1).default(0.1),
};

/** The `toSpec` of feedback over a source; none where the source cannot be written down. */
export function feedbackSpec(
  source: Retriever,
  type: string,
  parameters: Readonly<Record<string, string | number>>,
): (() => StageSpec) | undefined {
  const own = source.toSpec;
  return own && (() => ({ type, source: own.call(source), ...parameters }));
}
