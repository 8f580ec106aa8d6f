import { parseOptions, type RelevanceFilter } from '@sluice/core';
import { z } from 'zod';
import { type FloorFilterOptions, floorFilter, floorFilterFields } from './floor-filter.js';

/** Options of {@link scoreThreshold}. */
export interface ScoreThresholdOptions extends FloorFilterOptions {
  /** The least score that stays, on the column's scale. */
  readonly threshold: number;
}

/** The options as a pipeline file has them. */
export const scoreThresholdOptions: z.ZodType<
  { column: string; minKeep: number; threshold: number },
  ScoreThresholdOptions
> = z.strictObject({ ...floorFilterFields('dense'), threshold: z.number() });

/**
 * One threshold on a source's scores, the same for all queries: the baseline that every other filter must beat.
 *
 * Raw cosines of different queries are not comparable, so many queries lose everything or nothing.
 *
 * @throws {InvalidOptionsError} an option is out of range
 */
export function scoreThreshold(options: ScoreThresholdOptions): RelevanceFilter {
  const { threshold, column, minKeep } = parseOptions(scoreThresholdOptions, options, 'scoreThreshold');
  const spec = { type: 'scoreThreshold', threshold, column, minKeep };
  return floorFilter({ name: 'scoreThreshold', column, minKeep, spec, floorOf: () => threshold });
}
