import type { LateMatrix } from './late-matrix.js';

/** How much of the difficulty moves from the inputs to the weights, 0 to 1. */
const STRENGTH = 0.7;

/**
 * A factor for each input of linear maps, above 0 and 1 on average: inputs divided by them and weights multiplied by
 * them give the same product, and are both easier to round.
 *
 * Source: SmoothQuant, arXiv 2211.10438, equation 4.
 *
 * @param ranges the largest size of each input
 */
export async function smoothing(ranges: Float32Array, readers: readonly LateMatrix[]): Promise<Float32Array> {
  const weights = new Float32Array(ranges.length);
  for (const reader of readers) {
    for await (const values of reader.blocks()) {
      for (let at = 0; at < values.length; at++) {
        const input = at % ranges.length;
        weights[input] = Math.max(weights[input] ?? 0, Math.abs(values[at] ?? 0));
      }
    }
  }
  const factors = ranges.map((range, input) => {
    return Math.max(range, 1e-4) ** STRENGTH / Math.max(weights[input] ?? 0, 1e-5) ** (1 - STRENGTH);
  });
  const mean = factors.reduce((sum, factor) => sum + factor, 0) / factors.length;
  return factors.map((factor) => factor / mean);
}
