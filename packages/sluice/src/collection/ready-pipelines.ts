import { fuse, type Retriever } from '@sluice/core';
import { linear } from '@sluice/retrievers';

/** How deep each source is asked for a list whose scores are compared with another's, at least. */
export const HYBRID_DEPTH = 1000;

/** Weight of BM25 in the default hybrid; the dense source has the rest. See docs/decisions. */
const BM25_WEIGHT = 0.4;

/** Weight of BM25 beside SPLADE. See docs/decisions. */
const BM25_BESIDE_SPLADE = 0.4;

/** The default hybrid: z-score average of BM25 and the dense source. */
export function hybridOf(bm25: Retriever, dense: Retriever, weightOfBm25: number = BM25_WEIGHT): Retriever {
  const fusion = linear({
    normalization: 'z-score',
    weights: { [bm25.name]: weightOfBm25, [dense.name]: 1 - weightOfBm25 },
  });
  return fuse([bm25, dense], fusion, { name: 'hybrid', depth: HYBRID_DEPTH });
}

/** BM25 and SPLADE: the z-score average of two inverted indexes. */
export function lexicalOf(bm25: Retriever, splade: Retriever, weightOfBm25: number = BM25_BESIDE_SPLADE): Retriever {
  const fusion = linear({
    normalization: 'z-score',
    weights: { [bm25.name]: weightOfBm25, [splade.name]: 1 - weightOfBm25 },
  });
  return fuse([bm25, splade], fusion, { name: 'lexical', depth: HYBRID_DEPTH });
}

/** The three sources of {@link threefoldOf}. */
export interface ThreeSources {
  readonly bm25: Retriever;
  readonly dense: Retriever;
  readonly splade: Retriever;
}

/** BM25, dense and SPLADE: the z-score average of all three. */
export function threefoldOf({ bm25, dense, splade }: ThreeSources): Retriever {
  const fusion = linear({
    normalization: 'z-score',
    weights: { [bm25.name]: 0.25, [dense.name]: 0.45, [splade.name]: 0.3 },
  });
  return fuse([bm25, dense, splade], fusion, { name: 'threefold', depth: HYBRID_DEPTH });
}

/**
 * What searches a collection unless it, or the caller, says otherwise: whoever indexed with a model wants it asked. With
 * dense vectors it is the hybrid, also where sparse ones stand beside them; with sparse ones alone, BM25 and SPLADE.
 */
export function standardPipeline({ dense, splade }: Partial<ThreeSources>): 'hybrid' | 'lexical' | 'bm25' {
  if (dense) return 'hybrid';
  return splade ? 'lexical' : 'bm25';
}

/** What each ready pipeline needs besides BM25. */
const needs: ReadonlyMap<string, readonly ('dense' | 'splade')[]> = new Map([
  ['dense', ['dense']],
  ['hybrid', ['dense']],
  ['splade', ['splade']],
  ['lexical', ['splade']],
  ['threefold', ['dense', 'splade']],
]);

/** What a ready pipeline of that name needs and the collection lacks, for people; none for a name that is not known. */
export function missingVectors(name: string, sources: Partial<ThreeSources>): string | undefined {
  const missing = needs.get(name)?.find((source) => !sources[source]);
  if (missing === undefined) return undefined;
  return missing === 'dense'
    ? 'without vectors; a `model` gives them (--model)'
    : 'without sparse vectors; `sparse` gives them (--sparse)';
}
