import { type Fusion, parseOptions } from '@sluice/core';
import { z } from 'zod';
import { fusionDepth } from './fusion-depth.js';
import { type Normalization, normalize } from './normalization.js';
import { sumContributions } from './sum-contributions.js';
import { type Weights, weightsOf, weightsOption } from './weights.js';

/** Options of {@link linear}. */
export interface LinearOptions {
  /**
   * How scores are made comparable first.
   * @default 'z-score', the best on average over nine collections
   */
  readonly normalization?: Normalization;
  /** @default the same for each source, 1 in all: the average */
  readonly weights?: Weights;
}

export const linearOptions: z.ZodType<LinearOptions & { readonly normalization: Normalization }> = z.strictObject({
  normalization: z
    .enum(['z-score', 'min-max', 'theoretical', 'theoretical-minimum', 'three-sigma', 'none'])
    .default('z-score'),
  weights: weightsOption.exactOptional(),
});

/**
 * A weighted sum of normalised scores.
 *
 * Looks at how far apart scores are, and so beats ranks alone wherever one source is sure and another is not.
 * Source: Fox and Shaw, TREC-2, 1994; z-scores: Montague and Aslam, CIKM 2001.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @example fuse([bm25, dense], linear({ weights: { bm25: 0.4, dense: 0.6 } }))
 */
export function linear(options: LinearOptions = {}): Fusion {
  const { normalization, weights } = parseOptions(linearOptions, options, 'linear');
  return {
    name: 'linear',
    depth: fusionDepth,
    fuse: (sources, topK) =>
      sumContributions(sources, {
        contribution: (ranking) => normalize(normalization, ranking),
        weights: weightsOf(weights, sources, { owner: 'linear', fallback: 1 / sources.length }),
        topK,
      }),
    toSpec: () => ({ type: 'linear', normalization, ...(weights ? { weights } : {}) }),
  };
}
