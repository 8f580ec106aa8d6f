import type { Similarity } from '@sluice/core';
import { lengthOf } from '../clustering/training-points.js';
import type { VectorRows } from '../flat/vector-rows.js';

/**
 * One over the length of each row's slice, so that an inner product with a unit query is a cosine; 0 for a slice of
 * zeros. Kept for each width until rows change.
 */
export class SliceFactors {
  readonly #rows: VectorRows;
  readonly #similarity: Similarity;
  readonly #known = new Map<number, { readonly version: number; readonly factors: Float32Array }>();

  constructor(rows: VectorRows, similarity: Similarity) {
    this.#rows = rows;
    this.#similarity = similarity;
  }

  get bytes(): number {
    return [...this.#known.values()].reduce((sum, { factors }) => sum + factors.byteLength, 0);
  }

  /** `undefined` where slices are compared as they are: whole unit vectors, and other similarities than cosine. */
  at(width: number): Float32Array | undefined {
    if (this.#similarity !== 'cosine' || width === this.#rows.dimensions) return undefined;
    const { version } = this.#rows;
    const known = this.#known.get(width);
    if (known?.version === version) return known.factors;
    const factors = this.#measured(width);
    this.#known.set(width, { version, factors });
    return factors;
  }

  #measured(width: number): Float32Array {
    const { columns, size } = this.#rows;
    const vectors = this.#rows.vectors();
    return Float32Array.from({ length: size }, (_, row) => {
      const length = lengthOf(vectors.subarray(row * columns, row * columns + width));
      return length === 0 ? 0 : 1 / length;
    });
  }
}
