import { parseOptions, type RelevanceFilter } from '@sluice/core';
import { z } from 'zod';
import { type FloorFilterOptions, floorFilter, floorFilterFields } from './floor-filter.js';

/** Options of {@link largestGap}. */
export interface LargestGapOptions extends FloorFilterOptions {
  /**
   * The gap is looked for among so many best scores; an integer, at least 2.
   * @default 20
   */
  readonly within?: number | undefined;
}

/** The options as a pipeline file has them. */
export const largestGapOptions: z.ZodType<{ column: string; minKeep: number; within: number }, LargestGapOptions> =
  z.strictObject({ ...floorFilterFields('dense'), within: z.int().min(2).default(20) });

/**
 * Cuts each list at its largest fall between neighbouring scores, best first; of equal falls, at the first.
 *
 * Knows no "nothing is relevant": the best score always stays.
 *
 * @throws {InvalidOptionsError} an option is out of range
 */
export function largestGap(options: LargestGapOptions = {}): RelevanceFilter {
  const { within, column, minKeep } = parseOptions(largestGapOptions, options, 'largestGap');
  const spec = { type: 'largestGap', within, column, minKeep };
  return floorFilter({ name: 'largestGap', column, minKeep, spec, floorOf: (scores) => aboveGap(scores, within) });
}

function aboveGap(scores: Float32Array, within: number): number {
  const falling = Float32Array.from(scores).sort().reverse().subarray(0, within);
  let floor = falling[0] ?? 0;
  let largest = 0;
  for (let at = 1; at < falling.length; at++) {
    const above = falling[at - 1] ?? 0;
    const gap = above - (falling[at] ?? 0);
    if (gap > largest) {
      largest = gap;
      floor = above;
    }
  }
  return largest === 0 ? Number.NEGATIVE_INFINITY : floor;
}
