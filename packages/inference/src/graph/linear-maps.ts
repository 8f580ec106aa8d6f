import type { NormWeights } from './encoder-weights.js';
import type { LateMatrix } from './late-matrix.js';

/** The output of a layer normalisation, ready for the linear maps that read it. */
export interface Normed {
  /** The normalised vectors. */
  readonly value: string;
  /** The vectors times `matrix`, plus `bias`. `matrix` is one of the readers that were announced. */
  map(matrix: LateMatrix, bias?: Float32Array): string;
}

/**
 * How tables and linear maps are written: everything in which the precisions differ. Vectors that go in and come out are
 * float32.
 */
export interface LinearMaps {
  /** Rows of a table by number. */
  readonly words: (ids: string) => string;
  /** Normalises `sum`; `readers` are the matrices that will map the result. */
  norm(sum: string, norm: NormWeights, readers: readonly LateMatrix[]): Promise<Normed>;
  /** What the heads gathered, mapped. */
  attended(value: string, matrix: LateMatrix, bias: Float32Array): string;
  /** What follows the activation, mapped. */
  activated(value: string, matrix: LateMatrix, bias: Float32Array): string;
}
