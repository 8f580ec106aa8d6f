import { InvalidInputError, seededRandom, shuffled } from '@sluice/core';

/** How queries are divided. */
export interface FoldOptions {
  /** At least 2. */
  readonly folds: number;
  readonly seed: number;
  /** Queries of one group stay in one fold: paraphrases, or questions on one document. Each by itself when left out. */
  readonly groupOf?: (queryId: string) => string;
}

/**
 * The fold of each query, from 0, in the order of `queryIds`. Folds differ by at most one group in size; the same
 * queries and seed give the same folds, in whatever order the queries come.
 *
 * @throws {InvalidInputError} there are fewer groups than folds
 */
export function foldsOf(queryIds: readonly string[], { folds, seed, groupOf = (id) => id }: FoldOptions): Uint32Array {
  const groups = [...new Set(queryIds.map(groupOf))].sort();
  if (groups.length < folds) {
    throw new InvalidInputError(
      { source: 'queries' },
      `there are ${groups.length} groups of queries for ${folds} folds`,
      'Use fewer folds or more queries.',
    );
  }
  const order = shuffled(groups.length, seededRandom(seed));
  const foldOf = new Map(Array.from(order, (group, at) => [groups[group], at % folds]));
  return Uint32Array.from(queryIds, (id) => foldOf.get(groupOf(id)) ?? 0);
}
