import { parseOptions, sortSteps, unpaced } from '@sluice/core';
import { z } from 'zod';
import { expectProbabilities, type LabelledProbabilities } from './labelled-probabilities.js';

/** How probabilities are put into bins. */
export interface BinOptions {
  /**
   * Bins, 1 to 1,000.
   * @default 15
   */
  readonly bins?: number | undefined;
  /**
   * `mass`: equally many pairs a bin, equal probabilities kept together. `width`: equal intervals, closed above.
   * @default 'mass'
   */
  readonly by?: 'mass' | 'width' | undefined;
}

const binOptions = z.strictObject({
  bins: z.int().min(1).max(1000).default(15),
  by: z.enum(['mass', 'width']).default('mass'),
});

/** One bar of a reliability diagram. */
export interface ReliabilityBin {
  /** Pairs in the bin, at least 1. */
  readonly count: number;
  /** Mean predicted probability. */
  readonly predicted: number;
  /** Share of the pairs that are relevant. */
  readonly observed: number;
}

/**
 * Predicted against observed relevance, bin by bin, ascending; empty bins are left out.
 *
 * For binary relevance the bins are over the one probability of each pair (not over a winning class).
 *
 * @throws {InvalidInputError} see {@link expectProbabilities}
 */
export function reliabilityDiagram(pairs: LabelledProbabilities, options: BinOptions = {}): ReliabilityBin[] {
  return unpaced(reliabilitySteps(pairs, options));
}

/** {@link reliabilityDiagram} in steps, for many pairs beside other work: drive it with core's `paced`. */
export function* reliabilitySteps(
  pairs: LabelledProbabilities,
  options: BinOptions = {},
): Generator<void, ReliabilityBin[]> {
  const { bins, by } = parseOptions(binOptions, options, 'reliabilityDiagram');
  expectProbabilities(pairs);
  const { probabilities, labels } = pairs;
  const order = yield* sortSteps(
    labels.length,
    (left, right) => (probabilities[left] ?? 0) - (probabilities[right] ?? 0),
  );
  const ends = by === 'mass' ? massEnds(order, probabilities, bins) : widthEnds(order, probabilities, bins);
  let begin = 0;
  return ends.map((end) => {
    const bin = binOf(order.subarray(begin, end), pairs);
    begin = end;
    return bin;
  });
}

/**
 * Expected calibration error: the mean over pairs of |predicted - observed| of their bin, 0 to 1.
 *
 * A constant prediction of the base rate scores 0, so report the Brier skill beside it. Over many candidates of which
 * few are relevant it is near 0 whatever is predicted: use the top 10.
 */
export function expectedCalibrationError(pairs: LabelledProbabilities, options: BinOptions = {}): number {
  return calibrationErrorOf(reliabilityDiagram(pairs, options));
}

/** The expected calibration error of the pairs that a diagram counted. 0 for no bins. */
export function calibrationErrorOf(diagram: readonly ReliabilityBin[]): number {
  const total = diagram.reduce((sum, { count }) => sum + count, 0);
  return diagram.reduce(
    (sum, { count, predicted, observed }) => sum + (count / total) * Math.abs(predicted - observed),
    0,
  );
}

function binOf(members: Uint32Array, { probabilities, labels }: LabelledProbabilities): ReliabilityBin {
  let predicted = 0;
  let observed = 0;
  for (const at of members) {
    predicted += probabilities[at] ?? 0;
    observed += labels[at] ?? 0;
  }
  const count = members.length;
  return { count, predicted: predicted / count, observed: observed / count };
}

function massEnds(order: Uint32Array, probabilities: ArrayLike<number>, bins: number): number[] {
  const ends: number[] = [];
  for (let bin = 1; bin <= bins; bin++) {
    let end = Math.max(Math.round((bin * order.length) / bins), ends.at(-1) ?? 0);
    while (end > 0 && end < order.length && probabilities[order[end - 1] ?? 0] === probabilities[order[end] ?? 0])
      end++;
    if (end > (ends.at(-1) ?? 0)) ends.push(end);
  }
  return ends;
}

function widthEnds(order: Uint32Array, probabilities: ArrayLike<number>, bins: number): number[] {
  const ends: number[] = [];
  let end = 0;
  for (let bin = 1; bin <= bins; bin++) {
    while (end < order.length && (probabilities[order[end] ?? 0] ?? 0) <= bin / bins) end++;
    if (end > (ends.at(-1) ?? 0)) ends.push(end);
  }
  return ends;
}
