import { Pace, type Ranking } from '@sluice/core';
import type { DocumentTerms } from '../document-terms.js';
import type { ReadTexts } from '../document-texts.js';
import type { WeightVector } from './weight-vector.js';

/** Terms of a document between two looks at the clock. */
const STEP = 1 << 14;

/** A document that is taken to be relevant. */
export interface FeedbackDocument {
  /** How often it has each of its terms. */
  readonly terms: WeightVector;
  /** Of the first search; above 0. */
  readonly score: number;
}

/**
 * The documents of a ranking, in its order.
 *
 * @throws the signal's `reason`, once it has fired
 */
export async function feedbackDocuments(
  { ordinals, scores }: Ranking,
  {
    texts,
    terms,
    signal,
  }: {
    readonly texts: ReadTexts;
    readonly terms: DocumentTerms;
    readonly signal: AbortSignal | undefined;
  },
): Promise<FeedbackDocument[]> {
  const documents: FeedbackDocument[] = [];
  const pace = new Pace(signal);
  for (const [rank, text] of (await texts(ordinals)).entries()) {
    documents.push({ terms: await counted(await terms.of(text, pace), terms, pace), score: scores[rank] ?? 0 });
  }
  return documents;
}

/** In the order in which the terms are first met. */
async function counted(numbers: Int32Array, terms: DocumentTerms, pace: Pace): Promise<WeightVector> {
  const counts = new Map<number, number>();
  for (const [at, number] of numbers.entries()) {
    counts.set(number, (counts.get(number) ?? 0) + 1);
    if (at % STEP === 0 && pace.due) await pace.rest();
  }
  return new Map(Array.from(counts, ([number, count]) => [terms.termAt(number), count]));
}
