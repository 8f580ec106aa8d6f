import type { ImpactPrecision, Impacts } from './impact-index.js';

/** Weights as impacts: a weight is about its impact times `scale`. */
export interface QuantizedImpacts {
  readonly impacts: Impacts;
  readonly scale: number;
}

const greatest = { uint8: 0xff, uint16: 0xffff };

/**
 * Turns weights into impacts, linearly: the largest weight becomes the largest integer, none becomes 0.
 *
 * Integers that fit are kept exactly, with scale 1. Otherwise an impact times the scale is within half a scale of its
 * weight, within one scale where the weight is below half of one.
 *
 * @param weights above 0, finite
 */
export function quantizeImpacts(weights: Float32Array, precision: ImpactPrecision): QuantizedImpacts {
  if (precision === 'float32') return { impacts: weights, scale: 1 };
  const limit = greatest[precision];
  const impacts = precision === 'uint8' ? new Uint8Array(weights.length) : new Uint16Array(weights.length);
  const scale = scaleOf(weights, limit);
  for (let at = 0; at < weights.length; at++) impacts[at] = Math.max(1, Math.round((weights[at] ?? 0) / scale));
  return { impacts, scale };
}

function scaleOf(weights: Float32Array, limit: number): number {
  let largest = 0;
  let isWhole = true;
  for (let at = 0; at < weights.length; at++) {
    const weight = weights[at] ?? 0;
    if (weight > largest) largest = weight;
    if (!Number.isInteger(weight)) isWhole = false;
  }
  return isWhole && largest <= limit ? 1 : largest / limit;
}
