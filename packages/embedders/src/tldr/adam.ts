import type { Matrix } from '@sluice/core';

const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.999;
const EPSILON = 1e-8;
const WEIGHTS_A_STEP = 50_000;

/** Steps of gradient descent with a scale for each weight (Kingma and Ba 2015). */
export class Adam {
  readonly #weights: Float32Array;
  readonly #means: Float32Array;
  readonly #squares: Float32Array;
  #steps = 0;

  /** @param weights changed in place by each step */
  constructor({ data }: Matrix) {
    this.#weights = data;
    this.#means = new Float32Array(data.length);
    this.#squares = new Float32Array(data.length);
  }

  *step({ data: gradient }: Matrix, learningRate: number): Generator<void, void> {
    this.#steps += 1;
    const [meanScale, squareScale] = [1 - FIRST_DECAY ** this.#steps, 1 - SECOND_DECAY ** this.#steps];
    for (let start = 0; start < gradient.length; start += WEIGHTS_A_STEP) {
      this.#move(gradient, start, learningRate / meanScale, squareScale);
      yield;
    }
  }

  #move(gradient: Float32Array, start: number, rate: number, squareScale: number): void {
    const [weights, means, squares] = [this.#weights, this.#means, this.#squares];
    const end = Math.min(start + WEIGHTS_A_STEP, weights.length);
    for (let at = start; at < end; at++) {
      const slope = gradient[at] ?? 0;
      const mean = FIRST_DECAY * (means[at] ?? 0) + (1 - FIRST_DECAY) * slope;
      const square = SECOND_DECAY * (squares[at] ?? 0) + (1 - SECOND_DECAY) * slope * slope;
      means[at] = mean;
      squares[at] = square;
      weights[at] = (weights[at] ?? 0) - (rate * mean) / (Math.sqrt(square / squareScale) + EPSILON);
    }
  }
}
