import {
  type CallOptions,
  cosineScale,
  type DocumentSpace,
  dotScale,
  type Embedder,
  euclideanScale,
  FingerprintMismatchError,
  InvalidOptionsError,
  parseOptions,
  type Query,
  type Ranking,
  type RetrieveOptions,
  type Retriever,
  type Scale,
  type Similarity,
  type StageSpec,
  type VectorIndex,
} from '@sluice/core';
import { z } from 'zod';
import { checkedRetrieval } from '../checked-retrieval.js';
import { expectSpace } from '../expect-space.js';
import type { BitmapOf } from '../resolve-filter.js';
import { QueryVectors } from './query-vectors.js';
import { runInTurns } from './run-in-turns.js';
import { type RankedSearch, scoreSteps, searchSteps } from './search-steps.js';

/** What its column is called, and how hard it looks. */
export interface DenseParameters {
  /**
   * Of the score column.
   * @default 'dense'
   */
  readonly name?: string | undefined;
  /**
   * Share of the true nearest that an approximate index must find on average, above 0 to 1. Exact indexes ignore it.
   * @default the index's own
   */
  readonly recall?: number | undefined;
}

/** What {@link dense} searches, and how. */
export interface DenseOptions extends DenseParameters {
  /** Vectors of documents, under their ordinals in `space`. */
  readonly index: VectorIndex;
  /** The model that encodes the queries; must be the one that encoded the documents. */
  readonly embedder: Embedder;
  /** Whose ordinals the index has. */
  readonly space: DocumentSpace;
  /**
   * The fingerprint that was stored with the index, to be compared with the embedder's.
   * @default not compared
   */
  readonly indexed?: string | undefined;
  /**
   * The documents that pass a filter; a bitmap of the space's size. Without it, filters are refused.
   * @default none
   */
  readonly bitmapOf?: BitmapOf | undefined;
}

/** The parameters as a pipeline file has them. */
export const denseParameters: z.ZodType<{ name: string; recall?: number | undefined }, DenseParameters> = z
  .strictObject({
    name: z.string().min(1).default('dense'),
    recall: z.number().gt(0).max(1).optional(),
  })
  .meta({ title: 'dense' });

const scales: Readonly<Record<Similarity, Scale>> = {
  cosine: cosineScale,
  dot: dotScale,
  euclidean: euclideanScale,
};

/**
 * Finds documents by their vectors.
 *
 * Equal scores are in the order of ids, at the border of `topK` too: where a tie goes on beyond it, the index is asked
 * for more until the tie ends. A query's own vector is used where `query.vectors` has one under the embedder's
 * fingerprint. A query without direction (the row of zeros under cosine: no word that a static model knows) finds
 * nothing, and a document without a vector is not found; `score` gives both 0. The thread is held for at most 8 ms at a
 * time, or for one query where the index cannot search in steps.
 *
 * @throws {InvalidOptionsError} a parameter is out of range, or index and embedder differ in width or similarity
 * @throws {FingerprintMismatchError} `indexed` is not the embedder's fingerprint
 * @example dense({ index, embedder, space })
 */
export function dense(options: DenseOptions): Retriever {
  const { index, embedder, space, indexed, bitmapOf, ...rest } = options;
  const parameters = parseOptions(denseParameters, rest);
  expectMatch(index, embedder, indexed);
  const { name, recall } = parameters;
  const scale = scales[index.similarity];
  const vectors = new QueryVectors(embedder);

  return {
    name,
    scale,

    async retrieve(queries: readonly Query[], call: RetrieveOptions): Promise<Ranking[]> {
      const { topK, filter } = await checkedRetrieval(name, call, bitmapOf);
      const encoded = await vectors.encode(queries, call);
      const search: RankedSearch = { index, space, scale, topK, ...(filter && { filter }), ...(recall && { recall }) };
      return runInTurns(searchSteps(encoded, search), call.signal);
    },

    async score(
      queries: readonly Query[],
      rankings: readonly Ranking[],
      call: CallOptions = {},
    ): Promise<Float32Array[]> {
      call.signal?.throwIfAborted();
      expectSpace(space, rankings);
      const encoded = await vectors.encode(queries, call);
      return runInTurns(scoreSteps(encoded, index, rankings), call.signal);
    },

    async encodeQueries(queries: readonly Query[], call: CallOptions = {}): Promise<readonly Float32Array[]> {
      call.signal?.throwIfAborted();
      const { data, rows, columns } = await vectors.encode(queries, call);
      return Array.from({ length: rows }, (_, row) => data.subarray(row * columns, (row + 1) * columns));
    },

    toSpec: (): StageSpec => ({ type: 'dense', name, ...(recall === undefined ? {} : { recall }) }),
  };
}

function expectMatch(index: VectorIndex, embedder: Embedder, indexed: string | undefined): void {
  if (indexed !== undefined && indexed !== embedder.fingerprint) {
    throw new FingerprintMismatchError({ indexed, loaded: embedder.fingerprint });
  }
  for (const path of ['dimensions', 'similarity'] as const) {
    if (index[path] === embedder[path]) continue;
    const message = `the index has ${index[path]} and the embedder ${embedder[path]}`;
    throw new InvalidOptionsError({ owner: 'dense', issues: [{ path: `embedder.${path}`, message }] });
  }
}
