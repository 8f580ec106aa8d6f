import { type Fusion, parseOptions } from '@sluice/core';
import { z } from 'zod';
import { fusionDepth } from './fusion-depth.js';
import { normalize } from './normalization.js';
import { sumContributions } from './sum-contributions.js';
import { type Weights, weightsOf, weightsOption } from './weights.js';

/** Options of {@link dbsf}. */
export interface DbsfOptions {
  /** @default 1 for each source */
  readonly weights?: Weights;
}

export const dbsfOptions: z.ZodType<DbsfOptions> = z.strictObject({ weights: weightsOption.exactOptional() });

/**
 * Distribution-based score fusion: each list's mean less three standard deviations becomes 0, its mean and three 1, and
 * the scores are added.
 *
 * One outlier moves it less than min-max. A document that a source did not return gets 0 from it, half of what a list
 * gives on average. Source: Mazzeschi, 2023; the formulas are those of Qdrant.
 *
 * @throws {InvalidOptionsError} a weight is out of range
 */
export function dbsf(options: DbsfOptions = {}): Fusion {
  const { weights } = parseOptions(dbsfOptions, options, 'dbsf');
  return {
    name: 'dbsf',
    depth: fusionDepth,
    fuse: (sources, topK) =>
      sumContributions(sources, {
        contribution: (ranking) => normalize('three-sigma', ranking),
        weights: weightsOf(weights, sources, { owner: 'dbsf', fallback: 1 }),
        topK,
      }),
    toSpec: () => ({ type: 'dbsf', ...(weights ? { weights } : {}) }),
  };
}
