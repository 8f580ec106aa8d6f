import type { Parameter } from './parameter.js';

/** Settings of {@link adamW}. */
export interface AdamWOptions {
  /** Pull of decaying weights towards 0 in units of the learning rate. */
  readonly weightDecay: number;
  /**
   * Where an earlier optimizer of the same parameters stood; kept and changed.
   * @default the beginning
   */
  readonly state?: AdamWState | undefined;
}

/** What an optimizer remembers: by parameter the running means of its gradient and of its square. */
export interface AdamWState {
  readonly first: readonly Float32Array[];
  readonly second: readonly Float32Array[];
  steps: number;
}

/** An optimizer of given parameters. */
export interface AdamW {
  readonly state: AdamWState;
  /** Makes one step with the gradients as they stand and clears them. */
  step(learningRate: number): void;
}

const FIRST = 0.9;
const SECOND = 0.999;
const EPSILON = 1e-8;

/** Adam with decoupled weight decay (arXiv 1711.05101), betas .9 and .999. */
export function adamW(
  parameters: readonly Parameter[],
  { weightDecay, state = begin(parameters) }: AdamWOptions,
): AdamW {
  return {
    state,
    step(learningRate) {
      state.steps++;
      const firstBias = 1 - FIRST ** state.steps;
      const secondBias = 1 - SECOND ** state.steps;
      for (const [index, { values, gradient, decays }] of parameters.entries()) {
        const [first, second] = [state.first[index] ?? gradient, state.second[index] ?? gradient];
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
    },
  };
}

function begin(parameters: readonly Parameter[]): AdamWState {
  const zeros = (): Float32Array[] => parameters.map(({ values }) => new Float32Array(values.length));
  return { first: zeros(), second: zeros(), steps: 0 };
}
