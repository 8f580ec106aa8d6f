import { parseOptions, type RelevanceFilter } from '@sluice/core';
import { z } from 'zod';
import { momentsOf } from '../list-moments.js';
import { type FloorFilterOptions, floorFilter, floorFilterFields } from './floor-filter.js';

/** Options of {@link zScoreFloor}. */
export interface ZScoreFloorOptions extends FloorFilterOptions {
  /**
   * Standard deviations above the mean of the list that a result must reach.
   * @default 2
   */
  readonly deviations?: number | undefined;
}

/** The options as a pipeline file has them. */
export const zScoreFloorOptions: z.ZodType<
  { column: string; minKeep: number; deviations: number },
  ZScoreFloorOptions
> = z.strictObject({ ...floorFilterFields('dense'), deviations: z.number().default(2) });

/**
 * Keeps what stands out from its own list: scores at least `deviations` standard deviations above the list's mean.
 *
 * Needs no training and is strong where each query has few relevant documents; it belongs to the depth of the list. Where
 * all scores are equal, all stay.
 *
 * @throws {InvalidOptionsError} an option is out of range
 */
export function zScoreFloor(options: ZScoreFloorOptions = {}): RelevanceFilter {
  const { deviations, column, minKeep } = parseOptions(zScoreFloorOptions, options, 'zScoreFloor');
  const spec = { type: 'zScoreFloor', deviations, column, minKeep };
  return floorFilter({ name: 'zScoreFloor', column, minKeep, spec, floorOf: (scores) => standOut(scores, deviations) });
}

function standOut(scores: Float32Array, deviations: number): number {
  const { mean, deviation } = momentsOf(scores);
  // Rounding can put the mean of equal scores above them.
  return deviation === 0 ? Number.NEGATIVE_INFINITY : mean + deviations * deviation;
}
