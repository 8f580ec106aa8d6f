import type { Bitmap, CallOptions, DocumentSpace, Filter, Query, Retriever, Scale } from '@sluice/core';
import { checkedRetrieval } from '../checked-retrieval.js';
import { expectSpace } from '../expect-space.js';
import type { BitmapOf } from '../resolve-filter.js';
import { ExactlyScored } from './exactly-scored.js';
import type { ItemScorer } from './item-scorer.js';

/** What `anncur` and `adaptiveAnncur` search with. */
export interface ScorerSearch {
  /** The costly scorer; `scorerOf` makes one of a reranker. */
  readonly score: ItemScorer;
  /** What its scores mean. */
  readonly scale: Scale;
  /** Its items, by ordinal. */
  readonly space: DocumentSpace;
  /**
   * Of the score column.
   * @default 'anncur'
   */
  readonly name?: string | undefined;
  /**
   * The documents that pass a filter; a bitmap of the space's size. Without it, filters are refused.
   * @default none
   */
  readonly bitmapOf?: BitmapOf | undefined;
}

/** Queries that are searched together, and what was scored of each so far. */
export interface OpenSearch {
  readonly queries: readonly Query[];
  /** One a query. */
  readonly lists: readonly ExactlyScored[];
  /** Has the scorer score what each query asks for, all queries in one call, and keeps the answers. */
  scoreEach(asked: readonly Uint32Array[]): Promise<void>;
  /** What may be found; everything when left out. */
  readonly passes?: Bitmap | undefined;
  /** The same, as it was asked for. */
  readonly filter?: Filter | undefined;
  readonly call: Pick<CallOptions, 'signal'>;
}

/** A retriever that ranks by exact score whatever `spend` has had scored. */
export function scorerRetriever(
  name: string,
  { score, scale, space, bitmapOf }: ScorerSearch,
  spend: (search: OpenSearch) => Promise<void>,
): Retriever {
  return {
    name,
    scale,
    async retrieve(queries, options) {
      const { topK, filter: passes } = await checkedRetrieval(name, options, bitmapOf);
      const { filter, signal } = options;
      const call = signal ? { signal } : {};
      const lists = queries.map(() => new ExactlyScored(space));
      const scoreEach = async (ordinals: readonly Uint32Array[]): Promise<void> => {
        const answers = await score(queries, ordinals, call);
        for (const [at, list] of lists.entries()) list.add(ordinals[at], answers[at]);
      };
      await spend({ queries, lists, scoreEach, passes, filter, call });
      signal?.throwIfAborted();
      return lists.map((list) => list.ranking(name, scale, topK, passes));
    },
    async score(queries, rankings, { signal } = {}) {
      signal?.throwIfAborted();
      expectSpace(space, rankings);
      const ordinals = rankings.map((ranking) => ranking.ordinals);
      return [...(await score(queries, ordinals, signal ? { signal } : {}))];
    },
  };
}
