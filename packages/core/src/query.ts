import type { SparseVector } from './sparse-matrix.js';

/** A question, or any text to search with. */
export interface Query {
  readonly id?: string;
  readonly text: string;
  /** Vectors computed before, keyed by the fingerprint of the model that made them; used instead of encoding again. */
  readonly vectors?: Readonly<Record<string, Float32Array>>;
  /** The same for sparse models: term weights, none negative. */
  readonly sparseVectors?: Readonly<Record<string, SparseVector>>;
}
