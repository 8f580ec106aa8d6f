import {
  type Candidates,
  fusionScale,
  Pace,
  parseOptions,
  type Ranking,
  type Reranker,
  rerankByScore,
} from '@sluice/core';
import {
  type Analyzer,
  averageLength,
  type Bm25Statistics,
  DocumentTerms,
  inverseDocumentFrequency,
} from '@sluice/retrievers';
import { z } from 'zod';
import { candidateTexts } from '../candidate-texts.js';
import { requiredColumn } from '../required-column.js';

/** How {@link proximity} weighs and what its column is called. */
export interface ProximityParameters {
  /**
   * What nearness counts for beside the column, 0 to 100.
   * @default 1
   */
  readonly weight?: number | undefined;
  /**
   * The score column that it is added to.
   * @default 'bm25'
   */
  readonly column?: string | undefined;
  /**
   * How soon nearness stops to count: 0 (at once) to 1000.
   * @default 1.2
   */
  readonly k1?: number | undefined;
  /**
   * How much a document's length counts: 0 (not) to 1.
   * @default 0.75
   */
  readonly b?: number | undefined;
  /**
   * Of the score column.
   * @default 'proximity'
   */
  readonly name?: string | undefined;
}

/** What {@link proximity} reads with, and how it weighs. */
export interface ProximityOptions extends ProximityParameters {
  /** Of the source: what makes words the same. */
  readonly analyzer: Analyzer;
  /** Of the collection: a BM25 retriever's `statistics`. */
  readonly statistics: Bm25Statistics;
}

type ParsedParameters = Required<{
  readonly [Key in keyof ProximityParameters]: NonNullable<ProximityParameters[Key]>;
}>;

/** The parameters as a pipeline file has them. */
export const proximityParameters: z.ZodType<ParsedParameters, ProximityParameters> = z
  .strictObject({
    weight: z.number().min(0).max(100).default(1),
    column: z.string().min(1).default('bm25'),
    k1: z.number().min(0).max(1000).default(1.2),
    b: z.number().min(0).max(1).default(0.75),
    name: z.string().min(1).default('proximity'),
  })
  .meta({ title: 'proximity' });

/**
 * Adds to a score how near the terms of the query stand to each other in title and text.
 *
 * Of any two neighbouring occurrences of different query terms, d terms apart, each term gathers the other's idf / d²;
 * what a term has gathered, acc, adds min(1, idf) · acc · (k1 + 1) / (acc + K), K = k1 (1 - b + b · length / average).
 * Source: Büttcher, Clarke and Lushman, "Term Proximity Scoring for Ad-Hoc Retrieval on Very Large Text Collections"
 * (SIGIR 2006). A query of one term changes nothing. Places are found by analysing the candidates again.
 *
 * @throws {InvalidOptionsError} a parameter is out of range
 * @throws {InvalidInputError} the space of a ranking has ids only
 * @example pipeline(bm25, rerank(proximity({ analyzer, statistics: bm25.statistics }), { depth: 100 }))
 */
export function proximity({ analyzer, statistics, ...rest }: ProximityOptions): Reranker {
  const parameters = parseOptions(proximityParameters, rest);
  const { name, column } = parameters;
  return {
    name,
    scale: fusionScale,
    requires: [column],
    async rerank(candidates, { signal, topK } = {}) {
      signal?.throwIfAborted();
      const terms = new DocumentTerms(analyzer);
      const pace = new Pace(signal);
      const answers: Ranking[] = [];
      for (const { query, ranking } of candidates) {
        const { scores: base } = requiredColumn(ranking, column, { stage: name });
        const near = await nearness({ query, ranking }, { terms, pace, statistics, parameters });
        const scores = base.map((score, at) => score + parameters.weight * (near[at] ?? 0));
        answers.push(rerankByScore(ranking, scores, { name, scale: fusionScale, topK }));
      }
      signal?.throwIfAborted();
      return answers;
    },
    toSpec: () => ({ type: 'proximity', ...parameters }),
  };
}

interface Reading {
  readonly terms: DocumentTerms;
  readonly pace: Pace;
  readonly statistics: Bm25Statistics;
  readonly parameters: ParsedParameters;
}

/** What nearness adds to each candidate. */
async function nearness(
  { query, ranking }: Pick<Candidates, 'query' | 'ranking'>,
  reading: Reading,
): Promise<Float64Array> {
  const { terms, pace, statistics, parameters } = reading;
  const added = new Float64Array(ranking.length);
  const idfs = new Map<number, number>();
  for (const term of new Set(await terms.of(query.text, pace))) {
    const n = statistics.documentFrequency(terms.termAt(term));
    if (n > 0) idfs.set(term, inverseDocumentFrequency(statistics.documents, n));
  }
  if (idfs.size < 2 || ranking.length === 0) return added;
  const average = averageLength(statistics);
  const texts = await candidateTexts(parameters.name, ranking);
  for (const [at, text] of texts.entries()) {
    const own = await terms.of(text, pace);
    added[at] = saturated(gathered(own, idfs), idfs, own.length / average, parameters);
  }
  return added;
}

/** By term of the query: what it gathers from its neighbours. */
function gathered(terms: Int32Array, idfs: ReadonlyMap<number, number>): Map<number, number> {
  const sums = new Map<number, number>();
  let previous = -1;
  let previousAt = 0;
  for (let at = 0; at < terms.length; at++) {
    const term = terms[at] ?? 0;
    const idf = idfs.get(term);
    if (idf === undefined) continue;
    if (previous >= 0 && previous !== term) {
      const nearness = 1 / (at - previousAt) ** 2;
      sums.set(term, (sums.get(term) ?? 0) + nearness * (idfs.get(previous) ?? 0));
      sums.set(previous, (sums.get(previous) ?? 0) + nearness * idf);
    }
    [previous, previousAt] = [term, at];
  }
  return sums;
}

function saturated(
  sums: ReadonlyMap<number, number>,
  idfs: ReadonlyMap<number, number>,
  relativeLength: number,
  { k1, b }: ParsedParameters,
): number {
  const norm = k1 * (1 - b + b * relativeLength);
  let total = 0;
  for (const [term, sum] of sums) total += (Math.min(1, idfs.get(term) ?? 0) * sum * (k1 + 1)) / (sum + norm);
  return total;
}
