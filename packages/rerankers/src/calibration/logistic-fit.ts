import { sigmoid, softplus } from '../network/sigmoid.js';

/** A logistic regression: n pairs, f features, row-major. */
export interface LogisticProblem {
  /** n x f. */
  readonly features: Float64Array;
  /** n targets, 0 to 1. */
  readonly targets: Float64Array;
  readonly width: number;
  /** Ridge penalty on every weight but the last, in units of one pair. */
  readonly ridge: number;
  /**
   * What is added to each pair's logit before any weight is learnt; n numbers.
   * @default zeros
   */
  readonly offsets?: Float64Array | undefined;
}

const MAX_STEPS = 100;
const GRADIENT_TOLERANCE = 1e-10;
/** Twice the loss that a full step is expected to take off. */
const DECREMENT_TOLERANCE = 1e-12;
/** Pairs between two yields: about 1 ms. */
const STEP = 8192;

/**
 * Weights that minimise mean cross-entropy plus ridge; the last feature is meant to be the constant 1. Yields often: drive it
 * with `paced`.
 *
 * Newton's method with step halving: the loss is convex, so it ends at the optimum from `start`. Without ridge and on
 * separable data there is none, and it ends where the loss is as good as 0. All numbers must be finite.
 */
export function* fitLogisticSteps(problem: LogisticProblem, start: Float64Array): Generator<void, Float64Array> {
  let weights = Float64Array.from(start);
  let loss = yield* lossAt(problem, weights);
  for (let step = 0; step < MAX_STEPS; step++) {
    const { gradient, hessian } = yield* derivatives(problem, weights);
    if (gradient.every((slope) => Math.abs(slope) < GRADIENT_TOLERANCE)) break;
    const direction = solve(hessian, gradient);
    // So near, the full step squares what is left, and the loss is too flat to say whether a shorter one were better.
    if (gradient.reduce((sum, slope, at) => sum + slope * (direction[at] ?? 0), 0) < DECREMENT_TOLERANCE) {
      weights = weights.map((weight, at) => weight - (direction[at] ?? 0));
      break;
    }
    const next = yield* lineSearch(problem, weights, direction, loss);
    if (!next) break;
    weights = next.weights;
    loss = next.loss;
  }
  return weights;
}

function* lineSearch(problem: LogisticProblem, weights: Float64Array, direction: Float64Array, loss: number) {
  for (let scale = 1; scale > 1e-10; scale /= 2) {
    const candidate = weights.map((weight, at) => weight - scale * (direction[at] ?? 0));
    const candidateLoss = yield* lossAt(problem, candidate);
    if (candidateLoss < loss) return { weights: candidate, loss: candidateLoss };
  }
  return undefined;
}

function* lossAt(problem: LogisticProblem, weights: Float64Array): Generator<void, number> {
  const { targets, width, ridge } = problem;
  let sum = 0;
  for (let row = 0; row < targets.length; row++) {
    const logit = logitAt(problem, row, weights);
    sum += softplus(logit) - (targets[row] ?? 0) * logit;
    if (row % STEP === STEP - 1) yield;
  }
  for (let at = 0; at + 1 < width; at++) sum += 0.5 * ridge * (weights[at] ?? 0) ** 2;
  return sum / targets.length;
}

interface Derivatives {
  readonly gradient: Float64Array;
  /** Symmetric, row-major. */
  readonly hessian: Float64Array;
}

function* derivatives(problem: LogisticProblem, weights: Float64Array): Generator<void, Derivatives> {
  const { targets, width, ridge } = problem;
  const gradient = new Float64Array(width);
  const hessian = new Float64Array(width * width);
  for (let row = 0; row < targets.length; row++) {
    addPair(problem, row, weights, { gradient, hessian });
    if (row % STEP === STEP - 1) yield;
  }
  for (let i = 0; i < width; i++) {
    if (i + 1 < width) {
      gradient[i] = (gradient[i] ?? 0) + ridge * (weights[i] ?? 0);
      hessian[i * width + i] = (hessian[i * width + i] ?? 0) + ridge;
    }
    for (let j = 0; j < i; j++) hessian[j * width + i] = hessian[i * width + j] ?? 0;
  }
  const count = targets.length;
  return { gradient: gradient.map((slope) => slope / count), hessian: hessian.map((entry) => entry / count) };
}

/** Adds one pair to the gradient and to the lower half of the Hessian. */
function addPair(
  problem: LogisticProblem,
  row: number,
  weights: Float64Array,
  { gradient, hessian }: Derivatives,
): void {
  const { features, targets, width } = problem;
  const begin = row * width;
  const probability = sigmoid(logitAt(problem, row, weights));
  const residual = probability - (targets[row] ?? 0);
  const curvature = probability * (1 - probability);
  for (let i = 0; i < width; i++) {
    const value = features[begin + i] ?? 0;
    gradient[i] = (gradient[i] ?? 0) + residual * value;
    for (let j = 0; j <= i; j++) {
      hessian[i * width + j] = (hessian[i * width + j] ?? 0) + curvature * value * (features[begin + j] ?? 0);
    }
  }
}

function logitAt({ features, width, offsets }: LogisticProblem, row: number, weights: Float64Array): number {
  const begin = row * width;
  let sum = offsets?.[row] ?? 0;
  for (let at = 0; at < weights.length; at++) sum += (features[begin + at] ?? 0) * (weights[at] ?? 0);
  return sum;
}

/** Solves the symmetric positive definite system by Cholesky, with a jitter that keeps flat directions finite. */
function solve(matrix: Float64Array, right: Float64Array): Float64Array {
  const width = right.length;
  const lower = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = (matrix[i * width + j] ?? 0) + (i === j ? 1e-12 : 0);
      for (let k = 0; k < j; k++) sum -= (lower[i * width + k] ?? 0) * (lower[j * width + k] ?? 0);
      lower[i * width + j] = i === j ? Math.sqrt(Math.max(sum, 1e-300)) : sum / (lower[j * width + j] ?? 1);
    }
  }
  const solution = Float64Array.from(right);
  for (let i = 0; i < width; i++) {
    let sum = solution[i] ?? 0;
    for (let k = 0; k < i; k++) sum -= (lower[i * width + k] ?? 0) * (solution[k] ?? 0);
    solution[i] = sum / (lower[i * width + i] ?? 1);
  }
  for (let i = width - 1; i >= 0; i--) {
    let sum = solution[i] ?? 0;
    for (let k = i + 1; k < width; k++) sum -= (lower[k * width + i] ?? 0) * (solution[k] ?? 0);
    solution[i] = sum / (lower[i * width + i] ?? 1);
  }
  return solution;
}
