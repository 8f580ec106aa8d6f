import type { Parameter } from './parameter.js';

/** Settings of {@link adamW}. */
export interface AdamWOptions {
  /** Pull of decaying weights towards 0 in units of the learning rate. */
  readonly weightDecay: number;
}

const FIRST = 0.9;
const SECOND = 0.999;
const EPSILON = 1e-8;

/**
 * Adam with decoupled weight decay (arXiv 1711.05101), betas .9 and .999.
 *
 * The returned function makes one step with the gradients as they stand and clears them.
 */
export function adamW(parameters: readonly Parameter[], { weightDecay }: AdamWOptions): (learningRate: number) => void {
  const moments = parameters.map(({ values }) => ({
    first: new Float32Array(values.length),
    second: new Float32Array(values.length),
  }));
  let steps = 0;
  return (learningRate) => {
    steps++;
    const firstBias = 1 - FIRST ** steps;
    const secondBias = 1 - SECOND ** steps;
    for (const [index, { values, gradient, decays }] of parameters.entries()) {
      const { first, second } = moments[index] ?? { first: gradient, second: gradient };
      const decay = decays ? learningRate * weightDecay : 0;
      for (let at = 0; at < values.length; at++) {
        const slope = gradient[at] ?? 0;
        const mean = FIRST * (first[at] ?? 0) + (1 - FIRST) * slope;
        const square = SECOND * (second[at] ?? 0) + (1 - SECOND) * slope * slope;
        first[at] = mean;
        second[at] = square;
        const move = (learningRate * (mean / firstBias)) / (Math.sqrt(square / secondBias) + EPSILON);
        values[at] = (values[at] ?? 0) * (1 - decay) - move;
      }
      gradient.fill(0);
    }
  };
}
