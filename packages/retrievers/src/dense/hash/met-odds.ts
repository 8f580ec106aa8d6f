import type { HashedQuery } from './row-hasher.js';

/** So that no bit is certain: a ratio of odds stays finite. */
const LEAST_ODDS = 1e-9;
/** Most scores of a list that are looked at. */
const LOOKS = 8;

/**
 * The probability that a vector with a given score is in one of the buckets that were visited.
 *
 * A table's buckets exclude each other, so their probabilities add up; tables are independent. The probability of a
 * bucket is the product of what each bit does: flipped or not.
 */
export class MetOdds {
  readonly #query: HashedQuery;
  readonly #bits: number;
  readonly #tables: number[] = [];
  readonly #flips: number[] = [];

  constructor(query: HashedQuery, bits: number) {
    this.#query = query;
    this.#bits = bits;
  }

  /** Buckets visited so far. */
  get visited(): number {
    return this.#tables.length;
  }

  visit(table: number, flips: number): void {
    this.#tables.push(table);
    this.#flips.push(flips);
  }

  /**
   * The share of the true nearest that was met, as far as the best so far tell: each stands for itself and for those
   * like it that were missed, 1 / odds in all.
   *
   * @param scores of the best so far, at least one, in any order
   */
  recallOf(scores: Float32Array): number {
    const sorted = scores.slice().sort();
    const looks = Math.min(LOOKS, sorted.length);
    let total = 0;
    for (let look = 0; look < looks; look++) {
      total += 1 / this.of(sorted[Math.floor((look * sorted.length) / looks)] ?? 0);
    }
    return looks / total;
  }

  /** From 0 to 1; larger for better scores. */
  of(score: number): number {
    const { family, projections, codes } = this.#query;
    const ratios = new Float64Array(projections.length);
    const own = new Float64Array(codes.length).fill(1);
    for (let hash = 0; hash < projections.length; hash++) {
      const odds = family.flipOdds(hash, projections[hash] ?? 0, score);
      const flipped = Math.min(1 - LEAST_ODDS, Math.max(LEAST_ODDS, odds));
      const table = Math.floor(hash / this.#bits);
      ratios[hash] = flipped / (1 - flipped);
      own[table] = (own[table] ?? 1) * (1 - flipped);
    }
    return this.#anyTable(ratios, own);
  }

  #anyTable(ratios: Float64Array, own: Float64Array): number {
    const met = new Float64Array(own.length);
    for (let at = 0; at < this.#tables.length; at++) {
      const table = this.#tables[at] ?? 0;
      let odds = own[table] ?? 0;
      for (let rest = this.#flips[at] ?? 0; rest !== 0; rest &= rest - 1) {
        odds *= ratios[table * this.#bits + 31 - Math.clz32(rest & -rest)] ?? 0;
      }
      met[table] = (met[table] ?? 0) + odds;
    }
    let missed = 1;
    for (const odds of met) missed *= 1 - Math.min(1, odds);
    return 1 - missed;
  }
}
