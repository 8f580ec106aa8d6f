import {
  type CallOptions,
  fullText,
  type MultiVectorEmbedder,
  type MultiVectors,
  SluiceError,
  type TitledText,
} from '@sluice/core';
import { hashedEmbedder } from '../embedder/hashed-embedder.js';

/**
 * A multi-vector embedder without a model: each word has the pseudo-random vector that its letters decide, wherever it
 * stands. The empty text has one vector as a query, and none as a document.
 *
 * For tests that need vectors that mean something, and none that are good.
 */
export function wordVectors({ dimensions = 16 }: { readonly dimensions?: number } = {}): MultiVectorEmbedder {
  const words = hashedEmbedder({ dimensions });
  let closed = false;
  const encode = async (texts: readonly string[], call?: CallOptions): Promise<MultiVectors> => {
    if (closed) throw new ClosedWordVectorsError();
    const offsets = new Uint32Array(texts.length + 1);
    const all = texts.flatMap((text, at) => {
      const found = text.split(/\s+/).filter((word) => word !== '');
      offsets[at + 1] = (offsets[at] ?? 0) + found.length;
      return found;
    });
    return { texts: texts.length, offsets, vectors: await words.encodeQueries(all, call) };
  };
  return {
    dimensions,
    similarity: 'cosine',
    fingerprint: `words-${dimensions}`,
    encodeQueries: (texts, call) =>
      encode(
        texts.map((text) => `[Q] ${text}`),
        call,
      ),
    encodeDocuments: (documents, call) => encode(documents.map(textOf), call),
    close: async () => {
      closed = true;
    },
  };
}

function textOf(document: string | TitledText): string {
  return typeof document === 'string' ? document : fullText(document);
}

class ClosedWordVectorsError extends SluiceError {
  readonly code = 'SLUICE_CLOSED_EMBEDDER';

  constructor() {
    super('The word vectors are closed.', 'Make others.');
  }
}
