/** One array of weights and what training needs beside it; all of one length. */
export interface Parameter {
  readonly name: string;
  readonly values: Float32Array;
  /** Slope of the loss; added to by `backward`, cleared by the optimizer. */
  readonly gradient: Float32Array;
  /** Whether weight decay applies: not to biases and normalisation. */
  readonly decays: boolean;
}

/** A parameter over given values, not copied, with an empty gradient. */
export function parameter(name: string, values: Float32Array, decay: 'decays' | 'free'): Parameter {
  return { name, values, gradient: new Float32Array(values.length), decays: decay === 'decays' };
}
