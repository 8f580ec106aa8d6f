import {
  type CallOptions,
  cosineScale,
  type DocumentSpace,
  dotScale,
  type Matrix,
  type MultiVectorEmbedder,
  paced,
  parseOptions,
  type Query,
  Ranking,
  type RetrieveOptions,
  type Retriever,
  rankByScore,
  type StageSpec,
  vectorsOf,
} from '@sluice/core';
import { z } from 'zod';
import { checkedRetrieval } from '../../checked-retrieval.js';
import { expectSpace } from '../../expect-space.js';
import type { BitmapOf } from '../../resolve-filter.js';
import { encodeTokenQueries, expectTokenIndex } from '../token-queries.js';
import type { PseudoQueryIndex } from './pseudo-query-index.js';

/** How {@link pseudoQuery} searches and what its column is called. */
export interface PseudoQueryParameters {
  /**
   * Of the score column.
   * @default 'pseudo-query'
   */
  readonly name?: string | undefined;
  /**
   * Vectors that the first stage finds for each document that is wanted, at least 1. It ranks by the largest score, the
   * second by softmax, so it should find more than a few.
   * @default 10
   */
  readonly expand?: number | undefined;
  /**
   * Of the softmax, above 0: near 0 the largest score decides, large the mean. 1 as in the paper, whose vectors have
   * no unit length; for cosines, about .05.
   * @default 1
   */
  readonly temperature?: number | undefined;
  /**
   * Share of the true nearest vectors that an approximate index must find on average, above 0 to 1.
   * @default the index's own
   */
  readonly recall?: number | undefined;
}

/** What {@link pseudoQuery} searches, and how. */
export interface PseudoQueryRetrieverOptions extends PseudoQueryParameters {
  /** Documents under their ordinals in `space`, with what `pseudoQuerySteps` made of their token vectors. */
  readonly index: PseudoQueryIndex;
  /** The model that encodes the queries: the mean of a query's vectors is compared. */
  readonly embedder: MultiVectorEmbedder;
  /** Whose ordinals the index has. */
  readonly space: DocumentSpace;
  /**
   * The documents that pass a filter; a bitmap of the space's size. Without it, filters are refused.
   * @default none
   */
  readonly bitmapOf?: BitmapOf | undefined;
}

interface ParsedParameters {
  readonly name: string;
  readonly expand: number;
  readonly temperature: number;
  readonly recall?: number | undefined;
}

/** The parameters as a pipeline file has them. */
export const pseudoQueryParameters: z.ZodType<ParsedParameters, PseudoQueryParameters> = z
  .strictObject({
    name: z.string().min(1).default('pseudo-query'),
    expand: z.int().min(1).default(10),
    temperature: z.number().positive().default(1),
    recall: z.number().gt(0).max(1).optional(),
  })
  .meta({ title: 'pseudo-query' });

/**
 * Finds documents by a few vectors each: the mean vector of the query against the clusters of a document's token vectors,
 * weighed by softmax. One vector index of a few times the size in the place of all token vectors.
 *
 * A query without vectors, or whose mean is zero under cosine, finds nothing and gives all 0.
 *
 * Source: DRPQ, arXiv 2105.03599.
 *
 * @throws {InvalidOptionsError} a parameter is out of range, index and embedder differ in width, or the index has
 *   ordinals that the space lacks
 * @example pseudoQuery({ index, embedder: colbert, space })
 */
export function pseudoQuery(options: PseudoQueryRetrieverOptions): Retriever {
  const { index, embedder, space, bitmapOf, ...rest } = options;
  const { name, ...parameters } = parseOptions(pseudoQueryParameters, rest);
  expectTokenIndex('pseudoQuery', { dimensions: index.index.dimensions, span: index.span }, { embedder, space });
  const scale = index.index.similarity === 'cosine' ? cosineScale : dotScale;
  const { temperature } = parameters;
  const encoded = async (queries: readonly Query[], call: CallOptions): Promise<Matrix[]> => {
    const vectors = await encodeTokenQueries(embedder, queries, call);
    return queries.map((_, at) => meanOf(vectorsOf(vectors, at)));
  };
  const asks = (query: Matrix): boolean =>
    query.rows > 0 && (scale !== cosineScale || query.data.some((value) => value !== 0));

  return {
    name,
    scale,
    cutoffs: 'separate',

    async retrieve(queries: readonly Query[], call: RetrieveOptions): Promise<Ranking[]> {
      const { signal } = call;
      const { topK, filter } = await checkedRetrieval(name, call, bitmapOf);
      const rankings: Ranking[] = [];
      for (const query of await encoded(queries, call)) {
        if (!asks(query)) rankings.push(Ranking.empty(space, scale));
        else {
          const found = await paced(index.searchInSteps(query, { topK, filter, ...parameters }), signal);
          rankings.push(rankByScore({ ...found, space, scale }, topK));
        }
      }
      return rankings;
    },

    async score(
      queries: readonly Query[],
      rankings: readonly Ranking[],
      call: CallOptions = {},
    ): Promise<Float32Array[]> {
      call.signal?.throwIfAborted();
      expectSpace(space, rankings);
      const vectors = await encoded(queries, call);
      call.signal?.throwIfAborted();
      return rankings.map(({ ordinals }, at) => {
        const query = vectors[at];
        return query && asks(query) ? index.score(query, ordinals, temperature) : new Float32Array(ordinals.length);
      });
    },

    toSpec: (): StageSpec => {
      const { recall, ...others } = parameters;
      return { type: 'pseudo-query', name, ...others, ...(recall === undefined ? {} : { recall }) };
    },
  };
}

/** The mean of rows, as one row; none of none. */
function meanOf({ data, rows, columns }: Matrix): Matrix {
  if (rows === 0) return { data: new Float32Array(0), rows: 0, columns };
  const sums = new Float64Array(columns);
  for (let at = 0; at < rows * columns; at++) sums[at % columns] = (sums[at % columns] ?? 0) + (data[at] ?? 0);
  return { data: Float32Array.from(sums, (sum) => sum / rows), rows: 1, columns };
}
