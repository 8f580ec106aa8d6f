import type { BitFamily } from './bit-family.js';
import { normalTail } from './normal-tail.js';

/**
 * On which side of a hyperplane through the origin a vector is. Vectors at an angle θ differ with probability θ / π.
 *
 * Given the query's projection m, that of a unit vector at θ is m cos θ + g sin θ with g standard normal: it changes
 * its sign with probability Φ(-|m| cot θ).
 *
 * Source: Charikar 2002.
 */
export class HyperplaneBits implements BitFamily {
  readonly #scoreOfParallel: number;

  /** @param scoreOfParallel the score of a vector at angle 0: 1 under cosine */
  constructor(scoreOfParallel: number) {
    this.#scoreOfParallel = scoreOfParallel;
  }

  bit(_: number, projection: number): number {
    return projection >= 0 ? 1 : 0;
  }

  flipCost(_: number, projection: number): number {
    return projection * projection;
  }

  flipOdds(_: number, projection: number, score: number): number {
    const cosine = Math.max(-1, Math.min(1, score / this.#scoreOfParallel));
    // At angle 0 the tangent is 0: nothing flips.
    return normalTail((Math.abs(projection) * cosine) / Math.max(Number.MIN_VALUE, Math.sqrt(1 - cosine * cosine)));
  }
}
