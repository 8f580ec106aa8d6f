import { seededRandom, shuffled } from '@sluice/core';

/**
 * Items drawn evenly, each once, ascending: the usual anchors.
 *
 * @param size how many items there are
 * @param count how many are drawn; all when there are fewer
 */
export function randomAnchors(size: number, count: number, seed: number): Uint32Array {
  return shuffled(size, seededRandom(seed)).slice(0, count).sort();
}
