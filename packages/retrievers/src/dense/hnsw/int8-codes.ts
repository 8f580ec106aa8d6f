import type { Similarity } from '@sluice/core';
import { graphColumns } from '@sluice/kernels';

const LARGEST_CODE = 127;

/**
 * A vector in 8 bits a number: `value = code * scale`, the largest of a vector being 127.
 *
 * With these, an inner product is `codes · codes * scale * scale`, and a negated squared distance twice that, plus the
 * `bias` of both.
 */
export class Int8Codes {
  readonly similarity: Similarity;
  /** Padded with zeros to whole kernel steps. Overwritten by the next {@link encode}. */
  readonly codes: Int8Array;
  scale = 0;
  bias = 0;

  constructor(dimensions: number, similarity: Similarity) {
    this.similarity = similarity;
    this.codes = new Int8Array(graphColumns(dimensions));
  }

  /** Replaces the codes, the scale and the bias by those of a vector, which may be longer by zeros. */
  encode(vector: Float32Array): this {
    let largest = 0;
    let squared = 0;
    for (let column = 0; column < vector.length; column++) {
      const value = vector[column] ?? 0;
      largest = Math.max(largest, Math.abs(value));
      squared += value * value;
    }
    this.scale = largest / LARGEST_CODE;
    this.bias = this.similarity === 'euclidean' ? 0 - squared : 0;
    const factor = largest === 0 ? 0 : LARGEST_CODE / largest;
    const { length } = this.codes;
    for (let column = 0; column < length; column++) this.codes[column] = Math.round((vector[column] ?? 0) * factor);
    return this;
  }
}
