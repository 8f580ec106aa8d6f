import { Pace, parseOptions, seededRandom } from '@sluice/core';
import { z } from 'zod';
import { meanOf, pairedDifferences } from './differences.js';
import type { PairedTest } from './paired-t-test.js';

/** How a randomisation test is done. */
export interface RandomisationOptions {
  /** Seed of the random signs. Default 1. */
  readonly seed?: number;
  /** Random assignments of signs, when there are too many to try all; at least 100. Default 100,000. */
  readonly rounds?: number;
  /** Up to so many differences other than 0 all 2^n assignments are tried, and the p-value is exact. 0 to 16. Default 16. */
  readonly exactUpTo?: number;
  readonly signal?: AbortSignal;
}

const randomisationOptions = z.strictObject({
  seed: z.int().default(1),
  rounds: z.int().min(100).default(100_000),
  exactUpTo: z.int().min(0).max(16).default(16),
  signal: z.instanceof(AbortSignal).optional(),
});

/** A randomisation test with how it was done. */
export interface RandomisationTest extends PairedTest {
  /** `exact` where all assignments of signs were tried. */
  readonly method: 'exact' | 'sampled';
  /** Assignments tried. */
  readonly rounds: number;
}

/** Relative slack below which two sums count as equal: they are the same numbers added in another order. */
const SLACK = 1e-12;

/**
 * Fisher's randomisation test for paired values, two-sided: how often would the mean difference be at least as great
 * if the sign of each query's difference were a coin toss?
 *
 * Assumes nothing of the distribution. A sampled p-value counts the observed assignment too, so it is never 0.
 * Source: Smucker, Allan and Carterette, "A comparison of statistical significance tests for IR evaluation", CIKM 2007.
 *
 * @throws {InvalidInputError} the lists differ in length or there are fewer than two pairs
 * @throws {InvalidOptionsError} an option is out of range
 */
export async function randomisationTest(
  system: ArrayLike<number>,
  baseline: ArrayLike<number>,
  options: RandomisationOptions = {},
): Promise<RandomisationTest> {
  const { seed, rounds, exactUpTo, signal } = parseOptions(randomisationOptions, options, 'randomisationTest');
  const differences = pairedDifferences(system, baseline);
  const difference = meanOf(differences);
  const sizes = differences.filter((value) => value !== 0).map(Math.abs);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const bound = Math.abs(differences.reduce((sum, value) => sum + value, 0)) - SLACK * total;
  if (sizes.length <= exactUpTo) {
    return { difference, p: exactShare(sizes, bound), method: 'exact', rounds: 2 ** sizes.length };
  }
  const random = seededRandom(seed);
  const pace = new Pace(signal);
  let extreme = 1;
  for (let round = 0; round < rounds; round++) {
    if (Math.abs(signedSum(sizes, random)) >= bound) extreme++;
    if (pace.due) await pace.rest();
  }
  return { difference, p: extreme / (rounds + 1), method: 'sampled', rounds };
}

/** Share of all assignments of signs whose sum is at least `bound` away from 0. Sums follow a Gray code: one flip each. */
function exactShare(sizes: Float64Array, bound: number): number {
  const signs = new Int8Array(sizes.length).fill(1);
  const assignments = 2 ** sizes.length;
  let sum = sizes.reduce((total, size) => total + size, 0);
  let extreme = Math.abs(sum) >= bound ? 1 : 0;
  for (let assignment = 1; assignment < assignments; assignment++) {
    const flipped = 31 - Math.clz32(assignment & -assignment);
    signs[flipped] = -(signs[flipped] ?? 1);
    sum += 2 * (signs[flipped] ?? 1) * (sizes[flipped] ?? 0);
    if (Math.abs(sum) >= bound) extreme++;
  }
  return extreme / assignments;
}

/** One draw of 32 bits gives the signs of 32 differences. */
function signedSum(sizes: Float64Array, random: () => number): number {
  let sum = 0;
  let coins = 0;
  for (let at = 0; at < sizes.length; at++) {
    if ((at & 31) === 0) coins = (random() * 2 ** 32) >>> 0;
    sum += (coins & 1) === 1 ? (sizes[at] ?? 0) : -(sizes[at] ?? 0);
    coins >>>= 1;
  }
  return sum;
}
