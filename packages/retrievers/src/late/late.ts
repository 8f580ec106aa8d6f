import {
  type CallOptions,
  type DocumentSpace,
  FingerprintMismatchError,
  type MultiVectorEmbedder,
  maxSimScale,
  paced,
  parseOptions,
  type Query,
  type Ranking,
  type RetrieveOptions,
  type Retriever,
  rankByScore,
  type StageSpec,
  vectorsOf,
} from '@sluice/core';
import { z } from 'zod';
import { checkedRetrieval } from '../checked-retrieval.js';
import { expectSpace } from '../expect-space.js';
import type { BitmapOf } from '../resolve-filter.js';
import type { MaxSimIndex } from './max-sim-index.js';
import { maxSimScores } from './max-sim-scores.js';
import { encodeTokenQueries, expectTokenIndex } from './token-queries.js';

/** What its column is called, and how hard it looks. */
export interface LateParameters {
  /**
   * Of the score column.
   * @default 'late'
   */
  readonly name?: string | undefined;
  /**
   * Share of the true best that an approximate index must find on average, above 0 to 1. A store compares all.
   * @default the index's own
   */
  readonly recall?: number | undefined;
}

/** What {@link late} searches, and how. */
export interface LateOptions extends LateParameters {
  /** Token vectors of documents, under their ordinals in `space`: a `MultiVectorStore` or a `LateIndex`. */
  readonly index: MaxSimIndex;
  /** The model that encodes the queries; must be the one that encoded the documents. */
  readonly embedder: MultiVectorEmbedder;
  /** Whose ordinals the index has. */
  readonly space: DocumentSpace;
  /**
   * The documents that pass a filter; a bitmap of the space's size. Without it, filters are refused.
   * @default none
   */
  readonly bitmapOf?: BitmapOf | undefined;
}

/** The parameters as a pipeline file has them. */
export const lateParameters: z.ZodType<{ name: string; recall?: number | undefined }, LateParameters> = z
  .strictObject({
    name: z.string().min(1).default('late'),
    recall: z.number().gt(0).max(1).optional(),
  })
  .meta({ title: 'late' });

/**
 * Finds documents by late interaction: MaxSim between the token vectors of the query and those of each document.
 *
 * Scores are exact for what is found, of the vectors as the index keeps them. A document without vectors is not found;
 * `score` gives it the least that any could have. A query without vectors finds nothing, and gives all 0. The thread is
 * held for at most 6 ms at a time. Source: ColBERT, arXiv 2004.12832.
 *
 * @throws {InvalidOptionsError} a parameter is out of range, index and embedder differ in width, or the index has
 *   ordinals that the space lacks
 * @throws {FingerprintMismatchError} the embedder is not the model that filled the index
 * @example late({ index, embedder: colbert, space })
 */
export function late(options: LateOptions): Retriever {
  const { index, embedder, space, bitmapOf, ...rest } = options;
  const { name, recall } = parseOptions(lateParameters, rest);
  if (index.fingerprint !== embedder.fingerprint) {
    throw new FingerprintMismatchError({ indexed: index.fingerprint, loaded: embedder.fingerprint });
  }
  expectTokenIndex('late', index, { embedder, space });

  return {
    name,
    scale: maxSimScale,
    cutoffs: 'separate',

    async retrieve(queries: readonly Query[], call: RetrieveOptions): Promise<Ranking[]> {
      const { signal } = call;
      const { topK, filter } = await checkedRetrieval(name, call, bitmapOf);
      const vectors = await encodeTokenQueries(embedder, queries, call);
      const rankings: Ranking[] = [];
      for (let at = 0; at < queries.length; at++) {
        const steps = index.searchInSteps(vectorsOf(vectors, at), { topK, filter, recall });
        const found = await paced(steps, signal);
        rankings.push(rankByScore({ ...found, space, scale: maxSimScale }, topK));
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
      const vectors = await encodeTokenQueries(embedder, queries, call);
      const scores: Float32Array[] = [];
      for (const [at, { ordinals }] of rankings.entries()) {
        scores.push(await paced(maxSimScores(index, vectorsOf(vectors, at), ordinals), call.signal));
      }
      return scores;
    },

    toSpec: (): StageSpec => ({ type: 'late', name, ...(recall === undefined ? {} : { recall }) }),
  };
}
