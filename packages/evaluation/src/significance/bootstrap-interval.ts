import { InvalidInputError, Pace, parseOptions, seededRandom } from '@sluice/core';
import { z } from 'zod';
import { meanOf } from './differences.js';
import { normalProbability, normalQuantile } from './normal-distribution.js';

/** How an interval is made. */
export interface BootstrapOptions {
  /** Probability that the interval covers the true mean, 0 to 1, both excluded. Default .95. */
  readonly level?: number;
  /** `percentile` cuts the tails of the resampled means; `bca` (default) corrects them for bias and skewness (Efron 1987). */
  readonly method?: 'percentile' | 'bca';
  /** Resamples, at least 100. Default 10,000. */
  readonly rounds?: number;
  /** Default 1. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

const bootstrapOptions = z.strictObject({
  level: z.number().gt(0).lt(1).default(0.95),
  method: z.enum(['percentile', 'bca']).default('bca'),
  rounds: z.int().min(100).default(10_000),
  seed: z.int().default(1),
  signal: z.instanceof(AbortSignal).optional(),
});

/** A range that covers the true mean with the probability that was asked for. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * A bootstrap interval for the mean of some values, such as a measure's values or their differences to a baseline.
 *
 * @param values one for each query, at least two
 * @throws {InvalidInputError} there are fewer than two values
 * @throws {InvalidOptionsError} an option is out of range
 */
export async function bootstrapInterval(values: ArrayLike<number>, options: BootstrapOptions = {}): Promise<Interval> {
  const { level, method, rounds, seed, signal } = parseOptions(bootstrapOptions, options, 'bootstrapInterval');
  if (values.length < 2) {
    throw new InvalidInputError({ source: 'values' }, `there are ${values.length}`, 'Pass at least two values.');
  }
  const means = await resampledMeans(values, rounds, seed, signal);
  const tail = (1 - level) / 2;
  const [low, high] = method === 'bca' ? adjustedTails(values, means, tail) : [tail, 1 - tail];
  return { low: quantile(means, low), high: quantile(means, high) };
}

async function resampledMeans(
  values: ArrayLike<number>,
  rounds: number,
  seed: number,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const random = seededRandom(seed);
  const pace = new Pace(signal);
  const means = new Float64Array(rounds);
  for (let round = 0; round < rounds; round++) {
    let total = 0;
    for (let draw = 0; draw < values.length; draw++) total += values[Math.floor(random() * values.length)] ?? 0;
    means[round] = total / values.length;
    if (pace.due) await pace.rest();
  }
  return means.sort();
}

/** Probabilities at which BCa reads the resampled means instead of at `tail` and 1 - `tail`. */
function adjustedTails(values: ArrayLike<number>, means: Float64Array, tail: number): [number, number] {
  const observed = meanOf(values);
  const below = means.filter((mean) => mean < observed).length + means.filter((mean) => mean === observed).length / 2;
  // All resamples on one side happen with constant values only, where any quantile is the mean.
  const bias = normalQuantile(Math.min(Math.max(below / means.length, 1e-9), 1 - 1e-9));
  const acceleration = skewness(values);
  const adjust = (probability: number): number => {
    const shifted = bias + normalQuantile(probability);
    return normalProbability(bias + shifted / (1 - acceleration * shifted));
  };
  return [adjust(tail), adjust(1 - tail)];
}

/** The acceleration of the mean: its jackknife skewness over 6. 0 where all values are equal. */
function skewness(values: ArrayLike<number>): number {
  const centre = meanOf(values);
  let squares = 0;
  let cubes = 0;
  for (let at = 0; at < values.length; at++) {
    const deviation = (values[at] ?? 0) - centre;
    squares += deviation ** 2;
    cubes += deviation ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/** Linear between the order statistics, as most statistics packages do by default. */
function quantile(ascending: Float64Array, probability: number): number {
  const position = probability * (ascending.length - 1);
  const below = ascending[Math.floor(position)] ?? Number.NaN;
  const above = ascending[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}
