import { parseOptions, type RelevanceFilter } from '@sluice/core';
import { z } from 'zod';
import { type FloorFilterOptions, floorFilter, floorFilterFields } from './floor-filter.js';

/** Options of {@link topP}. */
export interface TopPOptions extends FloorFilterOptions {
  /**
   * Share of the expected number of relevant results to keep, above 0 to 1.
   * @default 0.95
   */
  readonly share?: number | undefined;
}

/** The options as a pipeline file has them. */
export const topPOptions: z.ZodType<{ column: string; minKeep: number; share: number }, TopPOptions> = z.strictObject({
  ...floorFilterFields('probability'),
  share: z.number().gt(0).max(1).default(0.95),
});

/**
 * Keeps the most probable results until they hold `share` of the list's expected relevant results.
 *
 * With calibrated probabilities `share` is the recall to expect; results as probable as the last one stay too.
 *
 * @throws {InvalidOptionsError} an option is out of range
 */
export function topP(options: TopPOptions = {}): RelevanceFilter {
  const { share, column, minKeep } = parseOptions(topPOptions, options, 'topP');
  const spec = { type: 'topP', share, column, minKeep };
  return floorFilter({ name: 'topP', column, minKeep, spec, floorOf: (scores) => holding(scores, share) });
}

function holding(probabilities: Float32Array, share: number): number {
  const falling = Float64Array.from(probabilities).sort().reverse();
  const expected = falling.reduce((sum, probability) => sum + probability, 0);
  let held = 0;
  for (const probability of falling) {
    held += probability;
    if (held >= share * expected) return probability;
  }
  return falling.at(-1) ?? 0;
}
