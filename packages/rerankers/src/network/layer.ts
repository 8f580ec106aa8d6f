import type { Parameter } from './parameter.js';

/** Whether dropout drops. */
export type Mode = 'training' | 'inference';

/**
 * A step of a network over batches: n rows in, n rows out, row-major.
 *
 * `backward` belongs to the last `forward`: it takes the slope of the loss by the output, adds to the gradients of its
 * parameters and returns the slope by the input. What either returns is overwritten by its next call.
 */
export interface Layer {
  readonly parameters: readonly Parameter[];
  forward(input: Float32Array, rows: number, mode: Mode): Float32Array;
  backward(slope: Float32Array, rows: number): Float32Array;
}
