import { FingerprintMismatchError, type SparseEmbedder } from '@sluice/core';
import { ClosedError } from '@sluice/inference';
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
  let opened: Promise<NamingEmbedder> | undefined;
  let closed = false;

  const embedder = (): Promise<NamingEmbedder> => {
    if (closed) throw new ClosedError({ owner: 'The collection' });
    opened ??= openMatching().catch((error: unknown) => {
      // A model that could not be opened may be there the next time.
      opened = undefined;
      throw error;
    });
    return opened;
  };

  async function openMatching(): Promise<NamingEmbedder> {
    const found = await open();
    if (found.fingerprint === facts.fingerprint) return found;
    await found.close?.();
    throw new FingerprintMismatchError({ indexed: facts.fingerprint, loaded: found.fingerprint });
  }

  return {
    ...facts,
    encodeQueries: async (texts, options) => (await embedder()).encodeQueries(texts, options),
    encodeDocuments: async (documents, options) => (await embedder()).encodeDocuments(documents, options),
    decode: async (encoded, options) => (await (await embedder()).decode?.(encoded, options)) ?? [],
    async close() {
      closed = true;
      const found = await opened?.catch(() => undefined);
      await found?.close?.();
    },
  };
}
