import type { AdapterShape, AdapterWeights } from './adapter-network.js';

/** A trained adapter: the shape of its network and its weights. */
export interface CosineAdapterModel extends AdapterShape {
  readonly weights: AdapterWeights;
}
