import { parseOptions } from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import { emptyIvf, type IvfIndex } from '../ivf/ivf-index.js';
import { adannsIvfOptions, type IvfIndexOptions, type SliceParameters, type SliceWidths } from '../ivf/ivf-options.js';

/** Lists over slices of Matryoshka vectors. */
export interface AdannsIvfOptions extends IvfIndexOptions, SliceWidths, Pick<SliceParameters, 'shortlist'> {}

/**
 * Lists chosen by the leading `clusterWidth` columns, whose vectors are compared by the leading `scanWidth`: for vectors
 * whose leading columns say the most (Matryoshka models, principal components).
 *
 * Slices of queries, vectors and centroids are made to unit length under cosine. Both widths at all dimensions are
 * `ivfIndex`. Widths may be changed for a search, without a rebuild: {@link IvfIndex.searchAt}.
 *
 * Source: AdANNS, arXiv 2305.19435 (AdANNS-IVF and AdANNS-D). The shortlist that is ranked again by whole vectors is
 * ours; with `shortlist: 0` there is none, as in the paper, and `search` gives scores of slices.
 *
 * @throws {InvalidOptionsError} an option is out of range; `path` names it
 * @example const index = adannsIvf({ dimensions: 768, similarity: 'cosine', clusterWidth: 64, scanWidth: 256 });
 */
export function adannsIvf(options: AdannsIvfOptions): IvfIndex {
  const parsed = parseOptions(adannsIvfOptions, options, 'adannsIvf');
  const { memory = new KernelMemory(), dimensions, similarity, ...settings } = parsed;
  return emptyIvf({ dimensions, similarity }, settings, memory);
}
