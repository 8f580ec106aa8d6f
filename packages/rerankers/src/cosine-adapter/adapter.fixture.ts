import { seededRandom } from '@sluice/core';
import { initialWeights } from './adapter-network.js';
import type { CosineAdapterModel } from './cosine-adapter-model.js';
import type { MapFamily } from './score-map.js';

/** An adapter that bends every query's cosines in its own way. */
export function randomAdapter(family: MapFamily, dimensions: number): CosineAdapterModel {
  const random = seededRandom(5);
  const shape = { family, dimensions, hidden: 6 };
  const weights = initialWeights(shape, { a: 4, b: -1, k: 0.8 }, random);
  for (const values of Object.values(weights)) {
    for (const at of values.keys()) values[at] = (values[at] ?? 0) + random() - 0.5;
  }
  return { ...shape, weights };
}
