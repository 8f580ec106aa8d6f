import type { Similarity } from '@sluice/core';
import { graphColumns, LARGEST_INTEGER } from '@sluice/kernels';

/**
 * A vector in nine bits a number: `value = integer * scale`, the largest of a vector being 239.
 *
 * With these, an inner product is `integers · integers * scale * scale`, and a negated squared distance twice that, plus
 * the `bias` of both.
 */
export class NodeCode {
  readonly similarity: Similarity;
  /** Padded with zeros to whole kernel steps. Overwritten by the next {@link encode}. */
  readonly integers: Int16Array;
  scale = 0;
  bias = 0;

  constructor(dimensions: number, similarity: Similarity) {
    this.similarity = similarity;
    this.integers = new Int16Array(graphColumns(dimensions));
  }

  /** Replaces the integers, the scale and the bias by those of a vector, which may be longer by zeros. */
  encode(vector: Float32Array): this {
    let largest = 0;
    let squared = 0;
    for (let column = 0; column < vector.length; column++) {
      const value = vector[column] ?? 0;
      largest = Math.max(largest, Math.abs(value));
      squared += value * value;
    }
    this.scale = largest / LARGEST_INTEGER;
    this.bias = this.similarity === 'euclidean' ? 0 - squared : 0;
    const factor = largest === 0 ? 0 : LARGEST_INTEGER / largest;
    const { length } = this.integers;
    for (let column = 0; column < length; column++) this.integers[column] = Math.round((vector[column] ?? 0) * factor);
    return this;
  }
}
