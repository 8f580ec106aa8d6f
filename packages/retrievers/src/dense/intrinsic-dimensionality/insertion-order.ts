import { InvalidInputError, seededRandom, shuffled } from '@sluice/core';

/** In which order vectors are added to a graph, by their local intrinsic dimensionality. */
export type InsertionMode = 'descending' | 'ascending' | 'random';

/**
 * The positions of vectors in the order in which to add them.
 *
 * Graphs find more when points of high dimensionality come first, and less when they come last. Equal values keep
 * their order.
 *
 * Source: arXiv 2405.17813.
 *
 * @param dimensionalities one for each vector, as `lidMle` estimates them; not looked at for `'random'`
 * @param seed of the random order
 * @throws {InvalidInputError} a value is NaN; `row` is its place
 */
export function insertionOrder(dimensionalities: Float32Array, mode: InsertionMode, seed = 1): Uint32Array {
  if (mode === 'random') return shuffled(dimensionalities.length, seededRandom(seed));
  const row = dimensionalities.findIndex(Number.isNaN);
  if (row !== -1) {
    throw new InvalidInputError({ source: 'dimensionalities', row }, 'the value is NaN', 'Estimate it again.');
  }
  const order = Uint32Array.from(dimensionalities, (_, at) => at);
  const sign = mode === 'descending' ? -1 : 1;
  return order.sort((left, right) => {
    const [one, other] = [dimensionalities[left] ?? 0, dimensionalities[right] ?? 0];
    // Not their difference: two infinite values have none.
    if (one === other) return left - right;
    return one < other ? -sign : sign;
  });
}
