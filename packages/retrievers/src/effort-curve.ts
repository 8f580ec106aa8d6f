/**
 * Standard errors between the recall of a sample and what is sure of it, one-sided. More than `sureRecall` of a beam
 * takes, which has the spread of its queries to go by: here only their number is known.
 */
const CONFIDENCE = 2;

/**
 * What an effort finds, as measured: for each true neighbour of sample queries, the least effort that reaches it
 * (places of a shortlist, deviations from the mean of a list). So recall is known for every effort at once, and rises
 * with it.
 */
export class EffortCurve {
  readonly #needed: Float64Array;
  readonly #queries: number;

  /**
   * @param needed no NaN; Infinity for a neighbour that no effort finds
   * @param queries that these are the neighbours of
   */
  constructor(needed: Float64Array, queries: number) {
    this.#needed = needed.slice().sort();
    this.#queries = queries;
  }

  /** The share that an effort finds; 1 where there was nothing to find. */
  recallAt(effort: number): number {
    const beyond = this.#needed.findIndex((needed) => needed > effort);
    return beyond === -1 ? 1 : beyond / this.#needed.length;
  }

  /**
   * The least effort whose recall is surely at least `recall`, with half of the misses that it allows to spare: queries
   * may be unlike the sample. Infinity where none is, or nothing was measured.
   *
   * A query's neighbours are missed together or not at all, at worst: so as many are independent as there are queries.
   */
  effortFor(recall: number): number {
    // A share such as .95 has no exact form, and one place more must not come of that.
    const share = Math.max(1 - (1 - recall) / 2, sureShare(recall, this.#queries));
    const wanted = Math.ceil(this.#needed.length * share - 1e-9);
    return this.#needed[wanted - 1] ?? Number.POSITIVE_INFINITY;
  }
}

/** The share of a sample from which a share is sure: Wilson's bound, the upper one of what is asked. */
function sureShare(share: number, queries: number): number {
  const z = CONFIDENCE ** 2 / queries;
  return Math.min(1, (share + z / 2 + Math.sqrt(z * share * (1 - share) + (z * z) / 4)) / (1 + z));
}
