import { InvalidInputError } from '@sluice/core';
import { type AdapterShape, type AdapterWeights, weightLengths } from './adapter-network.js';

/** A trained adapter: the shape of its network and its weights. */
export interface CosineAdapterModel extends AdapterShape {
  readonly weights: AdapterWeights;
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
