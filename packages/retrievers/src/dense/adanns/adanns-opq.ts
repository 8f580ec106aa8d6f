import { parseOptions } from '@sluice/core';
import { emptyPq, type PqIndex } from '../pq/pq-index.js';
import { type AdannsOpqOptions, adannsOpqOptions } from '../pq/pq-options.js';

/**
 * As `opqIndex`, coding only the leading `codedWidth` columns of Matryoshka vectors: at equal bytes, a part has fewer
 * columns to stand for. `loadPqIndex` loads it.
 *
 * Slices are made to unit length under cosine. What is kept for the shortlist are whole vectors.
 *
 * Source: AdANNS, arXiv 2305.19435 (AdANNS-OPQ).
 *
 * @throws {InvalidOptionsError} an option is out of range; `path` names it
 * @example const index = adannsOpq({ dimensions: 768, similarity: 'cosine', codedWidth: 256, parts: 32 });
 */
export function adannsOpq(options: AdannsOpqOptions): PqIndex {
  return emptyPq(parseOptions(adannsOpqOptions, options, 'adannsOpq'));
}
