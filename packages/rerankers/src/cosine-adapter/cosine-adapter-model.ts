import { InvalidInputError } from '@sluice/core';
import { type PriorShift, priorShift } from '../relevance/prior-shift.js';
import { type AdapterShape, type AdapterWeights, weightLengths } from './adapter-network.js';

/** A trained adapter: the shape of its network and its weights, and what it was made for. */
export interface CosineAdapterModel extends AdapterShape {
  readonly weights: AdapterWeights;
  /** The logit that a result must reach, chosen on queries of its own; absent where nobody chose one. */
  readonly threshold?: number | undefined;
  /** Fingerprint of the embedder whose query vectors it reads; absent where it is not known. */
  readonly embedder?: string | undefined;
}

/** @throws {InvalidInputError} an array of weights is missing, of another length, or has a number that is not finite */
export function expectAdapterModel(model: CosineAdapterModel): void {
  for (const [name, length] of Object.entries(weightLengths(model))) {
    const values = Object.hasOwn(model.weights, name) ? model.weights[name] : undefined;
    if (values?.length === length && values.every(Number.isFinite)) continue;
    const problem = `its weights '${name}' are not ${length} finite numbers`;
    throw new InvalidInputError({ source: 'adapter model' }, problem, 'Pass a model that trainCosineAdapter returned.');
  }
}

/**
 * The same adapter for a collection in which another share of the candidates is relevant: logits move by the difference
 * of the log odds, and the threshold with them, so that neither order nor answers change, only the probabilities.
 *
 * @param from share of relevant pairs that it learnt from, between 0 and 1
 * @param to share where it is used, likewise
 */
export function shiftCosineAdapter(model: CosineAdapterModel, { from, to }: PriorShift): CosineAdapterModel {
  const shift = priorShift({ from, to });
  const bias = Float32Array.from(model.weights['linear3.bias'] ?? []);
  bias[0] = (bias[0] ?? 0) + shift;
  const threshold = model.threshold === undefined ? undefined : model.threshold + shift;
  return { ...model, threshold, weights: { ...model.weights, 'linear3.bias': bias } };
}
