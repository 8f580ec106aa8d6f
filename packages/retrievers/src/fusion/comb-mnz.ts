import { type Fusion, parseOptions } from '@sluice/core';
import { type CombOptions, combOptions } from './comb-options.js';
import { fusionDepth } from './fusion-depth.js';
import { normalize } from './normalization.js';
import { sumContributions } from './sum-contributions.js';
import { weightsOf } from './weights.js';

/**
 * CombMNZ: the sum of normalised scores, times the number of sources that returned the document.
 *
 * Favours what sources agree on. Source: Fox and Shaw, TREC-2, 1994; min-max: Lee, SIGIR 1997.
 *
 * @throws {InvalidOptionsError} an option is out of range
 */
export function combMnz(options: CombOptions = {}): Fusion {
  const { normalization, weights } = parseOptions(combOptions, options, 'combMnz');
  return {
    name: 'comb-mnz',
    depth: fusionDepth,
    fuse: (sources, topK) =>
      sumContributions(sources, {
        contribution: (ranking) => normalize(normalization, ranking),
        weights: weightsOf(weights, sources, { owner: 'combMnz', fallback: 1 }),
        finish: (sum, found) => sum * found,
        topK,
      }),
    toSpec: () => ({ type: 'comb-mnz', normalization, ...(weights ? { weights } : {}) }),
  };
}
