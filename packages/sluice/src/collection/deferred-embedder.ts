import type { Embedder, EncodeOptions, Matrix, TitledText } from '@sluice/core';
import { openedWhenNeeded } from './opened-when-needed.js';

/** What is known of an embedder before it is opened. */
export type EmbedderFacts = Pick<Embedder, 'dimensions' | 'similarity' | 'fingerprint'>;

/**
 * An embedder that is opened when the first text is encoded, so that searching without it costs nothing.
 *
 * Its calls reject with `FingerprintMismatchError` when what was opened is not what the facts say.
 */
export function deferredEmbedder(facts: EmbedderFacts, open: () => Promise<Embedder>): Required<Embedder> {
  const embedder = openedWhenNeeded(facts.fingerprint, open);
  return {
    ...facts,
    encodeQueries: async (texts: readonly string[], options?: EncodeOptions): Promise<Matrix> =>
      (await embedder.get()).encodeQueries(texts, options),
    encodeDocuments: async (documents: readonly (string | TitledText)[], options?: EncodeOptions): Promise<Matrix> =>
      (await embedder.get()).encodeDocuments(documents, options),
    close: () => embedder.close(),
  };
}
