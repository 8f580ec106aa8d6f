import { type Fused, fuse, type Retriever } from '@sluice/core';
import { linear } from '@sluice/retrievers';
import { HYBRID_DEPTH } from './ready-pipelines.js';

/**
 * A source with its scores in standard deviations from the mean of its first 1,000 results, or of as many as `depth`: the
 * scale on which `interpolate` adds a reranker's logits.
 *
 * @param depth results that are reranked, where they may be more
 * @example pipeline(standardised(bm25), rerank(interpolate(crossEncoder, { weight: 0.4 }), { depth: 50 }))
 */
export function standardised(source: Retriever, depth: number = HYBRID_DEPTH): Fused {
  return fuse([source], linear({ normalization: 'z-score' }), {
    name: `standardised-${source.name}`,
    depth: Math.max(depth, HYBRID_DEPTH),
  });
}
