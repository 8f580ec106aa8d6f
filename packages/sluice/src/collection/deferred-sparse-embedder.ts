import type { SparseEmbedder } from '@sluice/core';
import { openedWhenNeeded } from './opened-when-needed.js';
import type { NamingEmbedder } from './term-texts.js';

/** What is known of a sparse embedder before it is opened. */
export type SparseEmbedderFacts = Pick<SparseEmbedder, 'vocabularySize' | 'fingerprint'>;

/**
 * A sparse embedder that is opened when the first text is encoded, so that searching without it costs nothing.
 *
 * Its calls reject with `FingerprintMismatchError` when what was opened is not what the facts say.
 */
export function deferredSparseEmbedder(
  facts: SparseEmbedderFacts,
  open: () => Promise<NamingEmbedder>,
): NamingEmbedder & { close(): Promise<void> } {
  const embedder = openedWhenNeeded(facts.fingerprint, open);
  return {
    ...facts,
    encodeQueries: async (texts, options) => (await embedder.get()).encodeQueries(texts, options),
    encodeDocuments: async (documents, options) => (await embedder.get()).encodeDocuments(documents, options),
    decode: async (encoded, options) => (await (await embedder.get()).decode?.(encoded, options)) ?? [],
    close: () => embedder.close(),
  };
}
