import { Pace, parseOptions } from '@sluice/core';
import type { ImpactIndex } from '../impact/impact-index.js';
import { type SummarizeOptions, summarizeOptions } from './summarize-options.js';

/** One of the terms with the most weight. */
export interface ImpactTermSummary {
  /** Its number in the model's vocabulary. */
  readonly term: number;
  /** Documents that have it. */
  readonly documentFrequency: number;
  /** Sum of its weights in all of them, as the index keeps them. */
  readonly totalWeight: number;
  /** The greatest of them. */
  readonly maxWeight: number;
}

/** What an index of sparse vectors holds. */
export interface ImpactSummary {
  /** Documents with at least one term. */
  readonly documents: number;
  /** Terms that a document has. */
  readonly terms: number;
  /** Terms of the model, whether a document has them or not. */
  readonly vocabularySize: number;
  /** Pairs of a term and a document. */
  readonly postings: number;
  /** Mean terms of the documents with any. */
  readonly averageTerms: number;
  /** Terms of a single document. */
  readonly singletons: number;
  /** In memory. */
  readonly bytes: number;
  /** Those with the greatest total weight first, equal ones by their numbers. */
  readonly heaviestTerms: readonly ImpactTermSummary[];
}

/** Postings between two looks at the clock. */
const STEP = 65_536;

/**
 * Counts what the indexes of one collection hold, all of one model. O(postings + terms log terms).
 *
 * @throws {InvalidOptionsError} `topTerms` is out of range
 * @throws the signal's `reason`, once it has fired
 */
export async function summarizeImpact(
  indexes: readonly ImpactIndex[],
  { signal, ...rest }: SummarizeOptions = {},
): Promise<ImpactSummary> {
  const { topTerms } = parseOptions(summarizeOptions, rest, 'summarizeImpact');
  const pace = new Pace(signal);
  const sum = (of: (index: ImpactIndex) => number): number => indexes.reduce((total, index) => total + of(index), 0);
  const vocabularySize = Math.max(0, ...indexes.map(({ columns }) => columns));
  const [documents, postings] = [sum((index) => index.documents), sum((index) => index.postings)];
  const found: ImpactTermSummary[] = [];
  let counted = 0;
  for (let term = 0; term < vocabularySize; term++) {
    const summary = termSummary(indexes, term);
    if (summary.documentFrequency > 0) found.push(summary);
    counted += summary.documentFrequency + 1;
    if (counted < STEP) continue;
    counted = 0;
    if (pace.due) await pace.rest();
  }
  const heaviest = found.toSorted((left, right) => right.totalWeight - left.totalWeight || left.term - right.term);
  return {
    documents,
    terms: found.length,
    vocabularySize,
    postings,
    averageTerms: documents === 0 ? 0 : postings / documents,
    singletons: found.filter(({ documentFrequency }) => documentFrequency === 1).length,
    bytes: sum((index) => index.bytes),
    heaviestTerms: heaviest.slice(0, topTerms),
  };
}

function termSummary(indexes: readonly ImpactIndex[], term: number): ImpactTermSummary {
  let [documentFrequency, totalWeight, maxWeight] = [0, 0, 0];
  for (const { blockOffsets, blockStarts, impacts, scale } of indexes) {
    const from = blockStarts[blockOffsets[term] ?? 0] ?? 0;
    const to = blockStarts[blockOffsets[term + 1] ?? 0] ?? from;
    documentFrequency += to - from;
    for (let at = from; at < to; at++) {
      const weight = (impacts[at] ?? 0) * scale;
      totalWeight += weight;
      if (weight > maxWeight) maxWeight = weight;
    }
  }
  return { term, documentFrequency, totalWeight, maxWeight };
}
