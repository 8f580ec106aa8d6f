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
  /** There where a query costs something to read. */
  explainAll?(query: Query, ordinals: readonly number[], options?: CallOptions): Promise<Explanation[]>;
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
  const [explained = []] = await explainDocuments(pipeline, query, [ordinal], options);
  return explained;
}

/**
 * The same for several documents, in their order: each source encodes or expands the query once.
 *
 * @param ordinals of the documents, in the space of the pipeline
 * @throws {RangeError} an ordinal is not in the space
 * @throws the signal's `reason`, once it has fired
 */
export async function explainDocuments(
  pipeline: Pipeline,
  query: Query,
  ordinals: readonly number[],
  options: CallOptions = {},
): Promise<ExplainedScore[][]> {
  const explained = ordinals.map((): ExplainedScore[] => []);
  if (ordinals.length === 0) return explained;
  for (const source of sourcesOf(pipeline.toPlan())) {
    options.signal?.throwIfAborted();
    if (!explains(source)) continue;
    const explanations = await explanationsOf(source, query, ordinals, options);
    for (const [at, explanation] of explanations.entries()) explained[at]?.push(scoreOf(source.name, explanation));
  }
  return explained;
}

async function explanationsOf(
  source: Explaining,
  query: Query,
  ordinals: readonly number[],
  options: CallOptions,
): Promise<Explanation[]> {
  if (source.explainAll) return source.explainAll(query, ordinals, options);
  const explanations: Explanation[] = [];
  for (const ordinal of ordinals) explanations.push(await source.explain(query, ordinal, options));
  return explanations;
}

function scoreOf(source: string, { score, terms }: Explanation): ExplainedScore {
  const adding = terms.filter(({ contribution }) => contribution > 0);
  return {
    source,
    score,
    terms: adding
      .map(({ term, text, queryFrequency, queryWeight, contribution }) => ({
        term: text ?? `${term}`,
        queryWeight: queryWeight ?? queryFrequency ?? 1,
        contribution,
      }))
      .sort((left, right) => right.contribution - left.contribution),
  };
}

function explains(source: Retriever): source is Retriever & Explaining {
  return 'explain' in source && typeof source.explain === 'function';
}
