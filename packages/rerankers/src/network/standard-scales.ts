/** Of each feature over what a model learnt from; it reads (feature - mean) / deviation. */
export interface StandardScales {
  readonly means: Float64Array;
  /** Above 0: 1 for a feature that is the same everywhere. */
  readonly deviations: Float64Array;
}

/** Numbers between two yields. */
const STEP = 65_536;

/**
 * The mean and the deviation of each column. Yields often: drive it with `paced`.
 *
 * @param features n x width, row-major
 */
export function* scalesOf(features: Float32Array | Float64Array, width: number): Generator<void, StandardScales> {
  const rows = features.length / width;
  const means = new Float64Array(width);
  for (let at = 0; at < features.length; at++) {
    const column = at % width;
    means[column] = (means[column] ?? 0) + (features[at] ?? 0) / rows;
    if (at % STEP === STEP - 1) yield;
  }
  const variances = new Float64Array(width);
  for (let at = 0; at < features.length; at++) {
    const column = at % width;
    variances[column] = (variances[column] ?? 0) + ((features[at] ?? 0) - (means[column] ?? 0)) ** 2 / rows;
    if (at % STEP === STEP - 1) yield;
  }
  // Rounding leaves a feature that is the same everywhere a little of a variance.
  return { means, deviations: variances.map((variance) => (variance > 1e-18 ? Math.sqrt(variance) : 1)) };
}

/** Rows of features on those scales, in place: of the rows that gave the scales each column has mean 0 and deviation 1. */
export function* standardise(
  features: Float32Array | Float64Array,
  { means, deviations }: { readonly means: ArrayLike<number>; readonly deviations: ArrayLike<number> },
): Generator<void, void> {
  for (let at = 0; at < features.length; at++) {
    const column = at % means.length;
    features[at] = ((features[at] ?? 0) - (means[column] ?? 0)) / (deviations[column] ?? 1);
    if (at % STEP === STEP - 1) yield;
  }
}
