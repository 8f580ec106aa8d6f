import { meanOf, pairedDifferences } from './differences.js';
import { studentTwoSided } from './incomplete-beta.js';

/** What a test says about the mean difference of two systems on the same queries. */
export interface PairedTest {
  /** Mean of system minus baseline. */
  readonly difference: number;
  /** Probability of a difference at least as great, in either direction, if the systems were alike. 0 to 1. */
  readonly p: number;
}

/** A paired t-test with its statistic. */
export interface TTest extends PairedTest {
  /** Infinite where all differences are equal and not 0. */
  readonly t: number;
  /** Pairs minus 1. */
  readonly degrees: number;
}

/**
 * Student's paired t-test, two-sided. Exact for normal differences; close for a hundred queries of any kind.
 *
 * @param system values of one system, one for each query
 * @param baseline values of the other for the same queries, in the same order
 * @throws {InvalidInputError} the lists differ in length or there are fewer than two pairs
 */
export function pairedTTest(system: ArrayLike<number>, baseline: ArrayLike<number>): TTest {
  const differences = pairedDifferences(system, baseline);
  const pairs = differences.length;
  const difference = meanOf(differences);
  let squares = 0;
  for (const value of differences) squares += (value - difference) ** 2;
  const degrees = pairs - 1;
  const standardError = Math.sqrt(squares / degrees / pairs);
  if (standardError === 0) {
    return difference === 0
      ? { difference, t: 0, degrees, p: 1 }
      : { difference, t: Math.sign(difference) * Number.POSITIVE_INFINITY, degrees, p: 0 };
  }
  const t = difference / standardError;
  return { difference, t, degrees, p: studentTwoSided(t, degrees) };
}
