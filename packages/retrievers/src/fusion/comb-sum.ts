import { type Fusion, parseOptions } from '@sluice/core';
import { type CombOptions, combOptions } from './comb-options.js';
import { fusionDepth } from './fusion-depth.js';
import { normalize } from './normalization.js';
import { sumContributions } from './sum-contributions.js';
import { weightsOf } from './weights.js';

/**
 * CombSUM: the sum of normalised scores. The order of `linear` with the same normalisation and weights; the scores are
 * as published, not averaged.
 *
 * Source: Fox and Shaw, TREC-2, 1994; min-max: Lee, SIGIR 1997.
 *
 * @throws {InvalidOptionsError} an option is out of range
 */
export function combSum(options: CombOptions = {}): Fusion {
  const { normalization, weights } = parseOptions(combOptions, options, 'combSum');
  return {
    name: 'comb-sum',
    depth: fusionDepth,
    fuse: (sources, topK) =>
      sumContributions(sources, {
        contribution: (ranking) => normalize(normalization, ranking),
        weights: weightsOf(weights, sources, { owner: 'combSum', fallback: 1 }),
        topK,
      }),
    toSpec: () => ({ type: 'comb-sum', normalization, ...(weights ? { weights } : {}) }),
  };
}
