import { type CallOptions, type Pipeline, type Query, type Retriever, sourcesOf } from '@sluice/core';

/** What a term of a query added to the score of a document in one source. */
export interface ExplainedTerm {
  /** As the analyzer or the model writes it; the number of a term whose text is not known. */
  readonly term: string;
  /** What the query gives it: how often it has the term, the weight that expansion gave it, or the model's. */
  readonly queryWeight: number;
  /** Not less than 0; the contributions of all terms add up to the score. */
  readonly contribution: number;
}

/** How a document came to its score in one source. */
export interface ExplainedScore {
  /** The source's name: `bm25`, `rm3`, `splade`. */
  readonly source: string;
  /** What `score` of the source would give. */
  readonly score: number;
  /** Those of the query that the document has, the greatest contribution first. */
  readonly terms: readonly ExplainedTerm[];
}

/** What BM25, BM25F, feedback and impact retrievers have alike. */
interface Explaining {
  explain(query: Query, ordinal: number, options?: CallOptions): Explanation | Promise<Explanation>;
}

interface Explanation {
  readonly score: number;
  readonly terms: readonly {
    readonly term: string | number;
    readonly text?: string;
    readonly queryFrequency?: number;
    readonly queryWeight?: number;
    readonly contribution: number;
  }[];
}

/**
 * Explains the scores of one document term by term, in each source of a pipeline that scores by terms; a dense source
 * has none and is left out.
 *
 * @param ordinal of the document, in the space of the pipeline
 * @throws {RangeError} `ordinal` is not in the space
 * @throws the signal's `reason`, once it has fired
 */
export async function explainSources(
  pipeline: Pipeline,
  query: Query,
  ordinal: number,
  options: CallOptions = {},
): Promise<ExplainedScore[]> {
  const explained: ExplainedScore[] = [];
  for (const source of sourcesOf(pipeline.toPlan())) {
    options.signal?.throwIfAborted();
    if (!explains(source)) continue;
    const { score, terms } = await source.explain(query, ordinal, options);
    const adding = terms.filter(({ contribution }) => contribution > 0);
    explained.push({
      source: source.name,
      score,
      terms: adding
        .map(({ term, text, queryFrequency, queryWeight, contribution }) => ({
          term: text ?? `${term}`,
          queryWeight: queryWeight ?? queryFrequency ?? 1,
          contribution,
        }))
        .sort((left, right) => right.contribution - left.contribution),
    });
  }
  return explained;
}

function explains(source: Retriever): source is Retriever & Explaining {
  return 'explain' in source && typeof source.explain === 'function';
}
