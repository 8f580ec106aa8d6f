import type { CallOptions, Query, Ranking, RetrieveOptions, Retriever, StageSpec } from '@sluice/core';
import type { Bm25Explanation } from '../bm25/bm25-explanation.js';
import type { TermRetriever } from '../bm25/term-retriever.js';
import { countTerms, type TermWeights } from '../bm25/term-weights.js';
import { DocumentTerms } from '../document-terms.js';
import { expectingAll, type ReadTexts, textsOf } from '../document-texts.js';
import { expansionTerms } from './expansion-terms.js';
import { type FeedbackDocument, feedbackDocuments } from './feedback-documents.js';

/** A {@link Retriever} that searches twice: with the query, and with the query that the first answers make of it. */
export interface FeedbackRetriever extends Retriever {
  score(queries: readonly Query[], rankings: readonly Ranking[], options?: CallOptions): Promise<Float32Array[]>;

  /** The terms and weights that a query becomes. */
  expand(query: Query, options?: CallOptions): Promise<TermWeights>;

  /**
   * Expands the query and explains the score of one document.
   *
   * @throws {RangeError} `ordinal` is not in the space
   */
  explain(query: Query, ordinal: number, options?: CallOptions): Promise<Bm25Explanation>;

  /**
   * The same for several documents, in their order: expands the query once.
   *
   * @throws {RangeError} an ordinal is not in the space
   */
  explainAll(query: Query, ordinals: readonly number[], options?: CallOptions): Promise<Bm25Explanation[]>;
}

/** What sets one kind of feedback apart. */
export interface Feedback {
  readonly name: string;
  /** Documents of the first search that are taken to be relevant. */
  readonly documents: number;
  /** Terms in a greater share of the documents of the collection expand nothing. */
  readonly maxDocumentShare: number;
  /** Where the documents' texts come from; the space when left out. */
  readonly texts: ReadTexts | undefined;
  /** The new query. @param terms of the documents, as often as they have them; only those that may expand a query */
  weigh(query: TermWeights, documents: readonly FeedbackDocument[]): TermWeights;
  readonly toSpec: (() => StageSpec) | undefined;
}

/**
 * Searches, weighs the query anew, searches again.
 *
 * The expansion of a query depends on the query alone, not on `topK`, and not on the filter either: else a document
 * would have one score in `retrieve` and another in `score`.
 *
 * @throws {InvalidInputError} there are no texts to learn from
 * @throws {BrokenContractError} in a search: there are not as many texts as documents
 */
export function feedbackRetriever(source: TermRetriever, feedback: Feedback): FeedbackRetriever {
  const { analyzer, space, statistics, scale } = source;
  const { name, documents: topK, maxDocumentShare, toSpec } = feedback;
  const texts = feedback.texts ? expectingAll(`${name}'s 'texts'`, feedback.texts) : textsOf(name, space);

  const expandAll = async (queries: readonly Query[], { signal }: CallOptions): Promise<TermWeights[]> => {
    const found = await source.retrieve(queries, { topK, ...(signal && { signal }) });
    const terms = new DocumentTerms(analyzer);
    const expanded: TermWeights[] = [];
    for (const [at, ranking] of found.entries()) {
      const documents = (await feedbackDocuments(ranking, { texts, terms, signal })).map((document) => ({
        ...document,
        terms: expansionTerms(document.terms, statistics, maxDocumentShare),
      }));
      expanded.push(feedback.weigh(countTerms(analyzer.analyze(queries[at]?.text ?? '')), documents));
    }
    return expanded;
  };
  const expand = async (query: Query, call: CallOptions = {}): Promise<TermWeights> =>
    (await expandAll([query], call))[0] ?? new Map();

  return {
    name,
    scale,
    expand,
    async retrieve(queries, call: RetrieveOptions) {
      // An empty batch still has its options checked.
      const expanded = await expandAll(queries, call);
      return source.retrieveTerms(expanded, call);
    },
    async score(queries, rankings, call = {}) {
      return source.scoreTerms(await expandAll(queries, call), rankings, call);
    },
    explain: async (query, ordinal, call) => source.explainTerms(await expand(query, call), ordinal),
    async explainAll(query, ordinals, call) {
      const expanded = await expand(query, call);
      return ordinals.map((ordinal) => source.explainTerms(expanded, ordinal));
    },
    ...(toSpec && { toSpec }),
  };
}
