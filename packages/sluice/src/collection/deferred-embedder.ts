import {
  type Embedder,
  type EncodeOptions,
  FingerprintMismatchError,
  type Matrix,
  type TitledText,
} from '@sluice/core';
import { ClosedError } from '@sluice/inference';

/** What is known of an embedder before it is opened. */
export type EmbedderFacts = Pick<Embedder, 'dimensions' | 'similarity' | 'fingerprint'>;

/**
 * An embedder that is opened when the first text is encoded, so that searching without it costs nothing.
 *
 * Its calls reject with `FingerprintMismatchError` when what was opened is not what the facts say.
 */
export function deferredEmbedder(facts: EmbedderFacts, open: () => Promise<Embedder>): Required<Embedder> {
  let opened: Promise<Embedder> | undefined;
  let closed = false;

  const embedder = (): Promise<Embedder> => {
    if (closed) throw new ClosedError({ owner: 'The collection' });
    opened ??= openMatching().catch((error: unknown) => {
      // A model that could not be opened may be there the next time.
      opened = undefined;
      throw error;
    });
    return opened;
  };

  async function openMatching(): Promise<Embedder> {
    const found = await open();
    if (found.fingerprint === facts.fingerprint) return found;
    await found.close?.();
    throw new FingerprintMismatchError({ indexed: facts.fingerprint, loaded: found.fingerprint });
  }

  return {
    ...facts,
    encodeQueries: async (texts: readonly string[], options?: EncodeOptions): Promise<Matrix> =>
      (await embedder()).encodeQueries(texts, options),
    encodeDocuments: async (documents: readonly (string | TitledText)[], options?: EncodeOptions): Promise<Matrix> =>
      (await embedder()).encodeDocuments(documents, options),
    async close() {
      closed = true;
      const found = await opened?.catch(() => undefined);
      await found?.close?.();
    },
  };
}
