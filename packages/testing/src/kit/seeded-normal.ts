import { seededRandom } from '@sluice/core';

/** Draws from the normal distribution with mean 0 and variance 1. Source: Box and Muller, 1958. */
export function seededNormal(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
