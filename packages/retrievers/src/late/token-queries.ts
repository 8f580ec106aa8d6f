import {
  type CallOptions,
  type DocumentSpace,
  InvalidOptionsError,
  type MultiVectorEmbedder,
  type MultiVectors,
  type Query,
} from '@sluice/core';
import { expectCovered } from '../expect-space.js';

/** The token vectors of queries, in their order. */
export function encodeTokenQueries(
  embedder: MultiVectorEmbedder,
  queries: readonly Query[],
  { signal, onProgress }: CallOptions,
): Promise<MultiVectors> {
  const texts = queries.map(({ text }) => text);
  return embedder.encodeQueries(texts, { ...(signal && { signal }), ...(onProgress && { onProgress }) });
}

/** @throws {InvalidOptionsError} index and embedder differ in width, or the index has ordinals that the space lacks */
export function expectTokenIndex(
  owner: string,
  { dimensions, span }: { readonly dimensions: number; readonly span: number },
  { embedder, space }: { readonly embedder: MultiVectorEmbedder; readonly space: DocumentSpace },
): void {
  if (dimensions !== embedder.dimensions) {
    const message = `the index has ${dimensions} and the embedder ${embedder.dimensions}`;
    throw new InvalidOptionsError({ owner, issues: [{ path: 'embedder.dimensions', message }] });
  }
  expectCovered(owner, { size: span }, space);
}
