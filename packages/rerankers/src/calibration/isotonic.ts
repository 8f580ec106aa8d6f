import { paced, sortSteps } from '@sluice/core';
import type { Calibrator, FitOptions, LabelledScores } from './calibrator.js';
import { checkLabelledScores } from './labelled-scores.js';

/** Pairs or blocks between two yields. */
const STEP = 8192;

/** A non-decreasing curve through points; scores ascend strictly, probabilities never fall. Equally long, not empty. */
export interface IsotonicCurve {
  readonly scores: readonly number[];
  readonly probabilities: readonly number[];
}

/** A calibrator along a curve: straight between its points, flat beyond its ends. */
export function isotonic(curve: IsotonicCurve): Calibrator {
  const xs = Float64Array.from(curve.scores);
  const ys = Float64Array.from(curve.probabilities);
  return {
    kind: 'isotonic',
    probabilities: (scores) => scores.map((score) => interpolate(xs, ys, score)),
    toJSON: () => ({ kind: 'isotonic', scores: [...curve.scores], probabilities: [...curve.probabilities] }),
  };
}

/**
 * Isotonic regression by pool-adjacent-violators: the non-decreasing curve with the least squared error.
 *
 * Bends to any monotone shape and so needs about a thousand pairs; it makes plateaus, hence equal probabilities.
 *
 * @throws {InvalidInputError} see {@link checkLabelledScores}
 * @throws the signal's `reason`, once it has fired
 */
export function fitIsotonic(pairs: LabelledScores, { signal }: FitOptions = {}): Promise<Calibrator> {
  return paced(isotonicSteps(pairs), signal);
}

function* isotonicSteps(pairs: LabelledScores): Generator<void, Calibrator> {
  yield* checkLabelledScores(pairs);
  return isotonic(cornersOf(yield* poolViolators(pairs)));
}

/** A run of equal fitted probability, from the least to the greatest score in it. */
interface Block {
  readonly from: number;
  readonly to: number;
  readonly relevant: number;
  readonly count: number;
}

function* poolViolators(pairs: LabelledScores): Generator<void, Block[]> {
  const blocks: Block[] = [];
  const ties = yield* tiesOf(pairs);
  for (const [at, tie] of ties.entries()) {
    if (at % STEP === STEP - 1) yield;
    let block = tie;
    for (let last = blocks.at(-1); last && isViolation(last, block); last = blocks.at(-1)) {
      blocks.pop();
      block = joined(last, block);
    }
    blocks.push(block);
  }
  return blocks;
}

/** Pairs of one score as a block, ascending: they share a probability whatever their labels, so they pool first. */
function* tiesOf({ scores, labels }: LabelledScores): Generator<void, Block[]> {
  const order = yield* sortSteps(labels.length, (a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  const ties: Block[] = [];
  for (const [rank, at] of order.entries()) {
    if (rank % STEP === STEP - 1) yield;
    const score = scores[at] ?? 0;
    const pair: Block = { from: score, to: score, relevant: labels[at] === 1 ? 1 : 0, count: 1 };
    const last = ties.at(-1);
    if (last?.to === score) ties[ties.length - 1] = joined(last, pair);
    else ties.push(pair);
  }
  return ties;
}

function joined(left: Block, right: Block): Block {
  return {
    from: left.from,
    to: right.to,
    relevant: left.relevant + right.relevant,
    count: left.count + right.count,
  };
}

/** A mean that does not rise; equal means pool too, which changes no value. */
function isViolation(left: Block, right: Block): boolean {
  return left.relevant * right.count >= right.relevant * left.count;
}

function cornersOf(blocks: readonly Block[]): IsotonicCurve {
  const scores: number[] = [];
  const probabilities: number[] = [];
  for (const { from, to, relevant, count } of blocks) {
    for (const score of from === to ? [from] : [from, to]) {
      scores.push(score);
      probabilities.push(relevant / count);
    }
  }
  return { scores, probabilities };
}

function interpolate(xs: Float64Array, ys: Float64Array, x: number): number {
  let low = 0;
  let high = xs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((xs[middle] ?? 0) <= x) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return ys[0] ?? 0;
  const left = low - 1;
  const leftY = ys[left] ?? 0;
  if (low === xs.length) return leftY;
  const leftX = xs[left] ?? 0;
  return leftY + (((ys[low] ?? 0) - leftY) * (x - leftX)) / ((xs[low] ?? 0) - leftX);
}
