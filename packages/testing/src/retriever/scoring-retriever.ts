import {
  type Document,
  type Filter,
  fusionScale,
  InvalidOptionsError,
  idSpace,
  matches,
  Ranking,
  type Retriever,
  rankByScore,
  type Scale,
} from '@sluice/core';

/** What a retriever is made of when every document is scored. */
export interface ScoringRetrieverOptions {
  readonly name?: string;
  /** @default the fusion scale */
  readonly scale?: Scale;
  /** Larger is better, finite. `undefined` where the document is not found at all. */
  readonly score: (query: string, document: Document) => number | undefined;
}

/**
 * Brute force: scores every document for every query. The oracle of {@link testRetriever}.
 */
export function scoringRetriever(
  documents: readonly Document[],
  { name = 'scoring', scale = fusionScale, score }: ScoringRetrieverOptions,
): Retriever {
  const space = idSpace(
    documents.map(({ id }) => id),
    name,
  );
  const rank = (query: string, topK: number, filter: Filter | undefined): Ranking => {
    const found = documents.flatMap((document, ordinal) => {
      const value = !filter || matches(filter, document.metadata) ? score(query, document) : undefined;
      return value === undefined ? [] : [{ ordinal, value }];
    });
    if (found.length === 0) return Ranking.empty(space, scale);
    const ordinals = Uint32Array.from(found, ({ ordinal }) => ordinal);
    return rankByScore({ space, ordinals, scores: Float32Array.from(found, ({ value }) => value), scale }, topK);
  };
  return {
    name,
    scale,
    async retrieve(queries, { topK, filter, signal }) {
      signal?.throwIfAborted();
      if (!(Number.isInteger(topK) && topK >= 1)) throw refusedTopK(name);
      const rankings = queries.map(({ text }) => rank(text, topK, filter));
      await Promise.resolve();
      signal?.throwIfAborted();
      return rankings;
    },
    async score(queries, rankings, { signal } = {}) {
      signal?.throwIfAborted();
      await Promise.resolve();
      signal?.throwIfAborted();
      return rankings.map(({ ordinals }, query) => {
        const text = queries[query]?.text ?? '';
        return Float32Array.from(ordinals, (ordinal) => scoreAt(documents, ordinal, text, score));
      });
    },
  };
}

function scoreAt(
  documents: readonly Document[],
  ordinal: number,
  text: string,
  score: ScoringRetrieverOptions['score'],
): number {
  const document = documents[ordinal];
  return (document && score(text, document)) ?? 0;
}

function refusedTopK(owner: string): InvalidOptionsError {
  return new InvalidOptionsError({ owner, issues: [{ path: 'topK', message: 'not a positive integer' }] });
}
