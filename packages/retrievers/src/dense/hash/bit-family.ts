/**
 * A family of hash functions of one bit, each over the projection of a vector on a random normal direction.
 *
 * Near vectors get the same bit more often than far ones, with a probability that is known: so the share of the true
 * neighbours that a search has met can be computed while it runs.
 */
export interface BitFamily {
  /** The bit of hash function `hash`, 0 or 1. */
  bit(hash: number, projection: number): number;
  /** What flipping the bit costs: grows with the distance from the nearest place where it changes. */
  flipCost(hash: number, projection: number): number;
  /**
   * The probability that a vector with this score has the other bit than the query.
   *
   * @param score as the index has it; larger is nearer
   */
  flipOdds(hash: number, projection: number, score: number): number;
}
