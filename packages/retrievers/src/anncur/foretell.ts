import type { Matrix } from '@sluice/core';
import { addScaled, columnSpectrum, columnsAt, keptValues, transposedProduct } from './column-spectrum.js';
import type { ExactlyScored } from './exactly-scored.js';

/**
 * Every item's approximate score for one query, from what was scored of it: the combination of anchor queries that has
 * these scores (least squares, the shortest one) has others too.
 */
export function* foretellSteps(
  scores: Matrix,
  { ordinals, scores: given }: Pick<ExactlyScored, 'ordinals' | 'scores'>,
  rcond: number,
): Generator<void, Float32Array> {
  const count = ordinals.length;
  const rows = Uint32Array.from({ length: scores.rows }, (_, row) => row);
  const picked = columnsAt(scores, ordinals, rows);
  const spectrum = yield* columnSpectrum(picked, count);
  // c pinv(A) R with pinv(A) = V Λ⁻¹ Vᵀ Aᵀ, from the left: a number for each item scored, then for each anchor query.
  const weights = new Float64Array(count);
  for (let value = 0; value < keptValues(spectrum, rcond); value++) {
    const vector = spectrum.vectors.subarray(value * count, (value + 1) * count);
    let coefficient = 0;
    for (let at = 0; at < count; at++) coefficient += (given[at] ?? 0) * (vector[at] ?? 0);
    addScaled(weights, 0, vector, coefficient / (spectrum.squares[value] ?? 1));
  }
  yield;
  const mixture = new Float64Array(scores.rows);
  for (let row = 0; row < scores.rows; row++) {
    for (let at = 0; at < count; at++) {
      mixture[row] = (mixture[row] ?? 0) + (picked[row * count + at] ?? 0) * (weights[at] ?? 0);
    }
  }
  return Float32Array.from(yield* transposedProduct(mixture, 1, scores.data, scores.columns));
}
