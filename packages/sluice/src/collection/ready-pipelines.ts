import { fuse, type Retriever } from '@sluice/core';
import { linear } from '@sluice/retrievers';

/** How deep each source is asked for a hybrid list, at least. */
const HYBRID_DEPTH = 1000;

/** Weight of BM25 in the default hybrid; the dense source has the rest. See docs/decisions. */
const BM25_WEIGHT = 0.4;

/** The default hybrid: z-score average of BM25 and the dense source. */
export function hybridOf(bm25: Retriever, dense: Retriever, weightOfBm25: number = BM25_WEIGHT): Retriever {
  const fusion = linear({
    normalization: 'z-score',
    weights: { [bm25.name]: weightOfBm25, [dense.name]: 1 - weightOfBm25 },
  });
  return fuse([bm25, dense], fusion, { name: 'hybrid', depth: HYBRID_DEPTH });
}
