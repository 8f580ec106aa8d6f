/**
 * What an effort finds, as measured: for each true neighbour of sample queries, the least effort that reaches it
 * (places of a shortlist, deviations from the mean of a list). So recall is known for every effort at once, and rises
 * with it.
 */
export class EffortCurve {
  readonly #needed: Float64Array;

  /** @param needed no NaN; Infinity for a neighbour that no effort finds */
  constructor(needed: Float64Array) {
    this.#needed = needed.slice().sort();
  }

  /** The share that an effort finds; 1 where there was nothing to find. */
  recallAt(effort: number): number {
    const beyond = this.#needed.findIndex((needed) => needed > effort);
    return beyond === -1 ? 1 : beyond / this.#needed.length;
  }

  /**
   * The least effort whose recall is at least `recall`, with half of the misses that it allows to spare: real queries
   * are not the sample. Infinity where none is, or nothing was measured.
   */
  effortFor(recall: number): number {
    // A share such as .95 has no exact form, and one place more must not come of that.
    const wanted = Math.ceil(this.#needed.length * (1 - (1 - recall) / 2) - 1e-9);
    return this.#needed[wanted - 1] ?? Number.POSITIVE_INFINITY;
  }
}
