import {
  BrokenContractError,
  type CallOptions,
  type DocumentSpace,
  InvalidOptionsError,
  type Query,
  Ranking,
  type Reranker,
} from '@sluice/core';

/**
 * Scores chosen items for each query, larger is better: what is expensive.
 *
 * Answers are in the order of the queries and of their `ordinals`, finite, and do not depend on what else is scored.
 */
export type ItemScorer = (
  queries: readonly Query[],
  ordinals: readonly Uint32Array[],
  options?: CallOptions,
) => Promise<readonly Float32Array[]>;

/**
 * A reranker as a scorer of the items of a space.
 *
 * @throws {InvalidOptionsError} the reranker requires columns, which items that no source found do not have
 */
export function scorerOf(reranker: Reranker, space: DocumentSpace): ItemScorer {
  const [required] = reranker.requires;
  if (required !== undefined) {
    const message = `requires '${required}', and items that no source has found have no columns`;
    throw new InvalidOptionsError({ owner: 'scorerOf', issues: [{ path: 'reranker', message }] });
  }
  return async (queries, ordinals, options) => {
    const candidates = queries.map((query, at) => ({ query, ranking: unscored(reranker, space, ordinals[at]) }));
    const rankings = await reranker.rerank(candidates, options);
    return ordinals.map((list, at) => scoresInOrder(list, rankings[at], reranker.name));
  };
}

function unscored({ scale }: Reranker, space: DocumentSpace, ordinals: Uint32Array = new Uint32Array(0)): Ranking {
  return new Ranking({ space, ordinals, scores: new Float32Array(ordinals.length), scale });
}

function scoresInOrder(ordinals: Uint32Array, ranking: Ranking | undefined, component: string): Float32Array {
  const found = new Map(Array.from(ranking?.ordinals ?? [], (ordinal, at) => [ordinal, ranking?.scores[at]] as const));
  return Float32Array.from(ordinals, (ordinal) => {
    const score = found.get(ordinal);
    if (score === undefined) throw new BrokenContractError({ component, problem: 'lost a candidate' });
    return score;
  });
}
