import { FingerprintMismatchError, InvalidOptionsError } from '@sluice/core';
import { openSpladeModel } from '../models/open-splade-model.js';
import type { HubSource } from '../models/pull-model.js';
import type { CollectionSettings } from './collection-settings.js';
import { deferredSparseEmbedder } from './deferred-sparse-embedder.js';
import type { NamingEmbedder } from './term-texts.js';

/** Which model encodes the queries of a collection with sparse vectors. */
export interface QuerySparseModelOptions {
  /**
   * The sparse embedder for queries, instead of opening the model that the collection names. Stays open: it is the
   * caller's. With `decode`, explanations have the texts of terms.
   */
  readonly sparseEmbedder?: NamingEmbedder | undefined;
  readonly hub?: HubSource | undefined;
}

/**
 * The sparse embedder whose vectors the collection has: the caller's, or one that opens the model when it is needed.
 *
 * @throws {FingerprintMismatchError} the caller's embedder is not the one that filled the index
 */
export function querySparseEmbedder(
  { splade: facts }: CollectionSettings,
  { sparseEmbedder: given, hub }: QuerySparseModelOptions,
): NamingEmbedder | undefined {
  if (!facts) return undefined;
  const { fingerprint, vocabularySize, model, precision } = facts;
  if (given) {
    if (given.fingerprint !== fingerprint) {
      throw new FingerprintMismatchError({ indexed: fingerprint, loaded: given.fingerprint });
    }
    return {
      fingerprint,
      vocabularySize,
      encodeQueries: (texts, options) => given.encodeQueries(texts, options),
      encodeDocuments: (documents, options) => given.encodeDocuments(documents, options),
      decode: async (encoded, options) => (await given.decode?.(encoded, options)) ?? [],
    };
  }
  return deferredSparseEmbedder({ fingerprint, vocabularySize }, async () => {
    if (model === '') {
      const message = 'the collection was indexed with a sparse embedder of your own; hand it in, or search with bm25';
      throw new InvalidOptionsError({ owner: 'openCollection', issues: [{ path: 'sparseEmbedder', message }] });
    }
    return (await openSpladeModel(model, { hub, ...(precision && { precision }) })).embedder;
  });
}
