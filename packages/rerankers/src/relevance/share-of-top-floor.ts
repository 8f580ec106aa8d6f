import { parseOptions, type RelevanceFilter } from '@sluice/core';
import { z } from 'zod';
import { type FloorFilterOptions, floorFilter, floorFilterFields } from './floor-filter.js';

/** Options of {@link shareOfTopFloor}. */
export interface ShareOfTopFloorOptions extends FloorFilterOptions {
  /**
   * Share of the list's greatest score that a result must reach, above 0 to 1.
   * @default 0.8
   */
  readonly share?: number | undefined;
}

/** The options as a pipeline file has them. */
export const shareOfTopFloorOptions: z.ZodType<
  { column: string; minKeep: number; share: number },
  ShareOfTopFloorOptions
> = z.strictObject({ ...floorFilterFields('dense'), share: z.number().gt(0).max(1).default(0.8) });

/**
 * Max-normalised threshold: keeps scores of at least `share` of the list's greatest.
 *
 * Meant for scores from 0 up. A list whose greatest score is 0 or less keeps only that score.
 *
 * @throws {InvalidOptionsError} an option is out of range
 */
export function shareOfTopFloor(options: ShareOfTopFloorOptions = {}): RelevanceFilter {
  const { share, column, minKeep } = parseOptions(shareOfTopFloorOptions, options, 'shareOfTopFloor');
  const spec = { type: 'shareOfTopFloor', share, column, minKeep };
  const floorOf = (scores: Float32Array): number => {
    const top = greatest(scores);
    return top > 0 ? share * top : top;
  };
  return floorFilter({ name: 'shareOfTopFloor', column, minKeep, spec, floorOf });
}

function greatest(scores: Float32Array): number {
  let top = Number.NEGATIVE_INFINITY;
  for (const score of scores) if (score > top) top = score;
  return top;
}
