import { type Fusion, parseOptions } from '@sluice/core';
import { z } from 'zod';
import { fusionDepth } from './fusion-depth.js';
import { sumContributions } from './sum-contributions.js';
import { type Weights, weightsOf, weightsOption } from './weights.js';

/** Options of {@link rrf}. */
export interface RrfOptions {
  /**
   * Flattens the top: how many ranks the first places are moved down before they are inverted. A number above -1.
   * @default 60
   */
  readonly k?: number;
  /** @default 1 for each source */
  readonly weights?: Weights;
}

export const rrfOptions: z.ZodType<RrfOptions & { readonly k: number }> = z.strictObject({
  k: z.number().gt(-1).default(60),
  weights: weightsOption.exactOptional(),
});

/**
 * Reciprocal rank fusion: a document's score is the sum of `weight / (k + rank)` over the sources that returned it.
 *
 * Looks at ranks only, so it needs no comparable scores, and cannot tell a sure source from a doubtful one.
 * Source: Cormack, Clarke and Büttcher, SIGIR 2009.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @example fuse([bm25, dense], rrf({ weights: { bm25: 0.4, dense: 0.6 } }))
 */
export function rrf(options: RrfOptions = {}): Fusion {
  const { k, weights } = parseOptions(rrfOptions, options, 'rrf');
  return {
    name: 'rrf',
    depth: fusionDepth,
    fuse: (sources, topK) =>
      sumContributions(sources, {
        contribution: ({ length }) => ({ scores: inverted(length, k), missing: 0 }),
        weights: weightsOf(weights, sources, { owner: 'rrf', fallback: 1 }),
        topK,
      }),
    toSpec: () => ({ type: 'rrf', k, ...(weights ? { weights } : {}) }),
  };
}

/** `1 / (k + rank)` for the ranks from 1 to `length`. */
function inverted(length: number, k: number): Float64Array {
  const scores = new Float64Array(length);
  for (let at = 0; at < length; at++) scores[at] = 1 / (k + at + 1);
  return scores;
}
