import { parseOptions, type RelevanceFilter } from '@sluice/core';
import { z } from 'zod';
import { type FloorFilterOptions, floorFilter, floorFilterFields } from './floor-filter.js';

/** Options of {@link probabilityFloor}. */
export interface ProbabilityFloorOptions extends FloorFilterOptions {
  /**
   * Results less likely than this to be relevant are dropped; the boundary stays. A probability, 0 (drop none) to 1.
   * @default 0.5
   */
  readonly threshold?: number | undefined;
}

/** The options as a pipeline file has them. */
export const probabilityFloorOptions: z.ZodType<
  { column: string; minKeep: number; threshold: number },
  ProbabilityFloorOptions
> = z.strictObject({
  ...floorFilterFields('probability'),
  threshold: z.number().min(0).max(1).default(0.5),
});

/**
 * Keeps the results that are probably relevant.
 *
 * Source: arXiv 2408.04887, one threshold for all queries; `minKeep` is ours. Cost: one pass over the scores.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @example pipeline(fuse([bm25, dense], rrf()), calibrate(model), probabilityFloor({ threshold: 0.7 }))
 */
export function probabilityFloor(options: ProbabilityFloorOptions = {}): RelevanceFilter {
  const { threshold, column, minKeep } = parseOptions(probabilityFloorOptions, options, 'probabilityFloor');
  const spec = { type: 'probabilityFloor', threshold, column, minKeep };
  return floorFilter({ name: 'probabilityFloor', column, minKeep, spec, floorOf: () => threshold });
}
