import { type CallOptions, fullText, type SparseEmbedder, type SparseMatrix } from '@sluice/core';
import { testSparseEmbedder } from './test-sparse-embedder.js';

testSparseEmbedder('letter counts', letterCounts);

function letterCounts(): SparseEmbedder {
  const encode = async (texts: readonly string[], { signal }: CallOptions = {}): Promise<SparseMatrix> => {
    await Promise.resolve();
    signal?.throwIfAborted();
    const rows = texts.map((text) => [...countsOf(text)].toSorted(([left], [right]) => left - right));
    const offsets = new Uint32Array(texts.length + 1);
    for (const [row, { length }] of rows.entries()) offsets[row + 1] = (offsets[row] ?? 0) + length;
    const indices = Uint32Array.from(rows.flat(), ([letter]) => letter);
    const values = Float32Array.from(rows.flat(), ([, count]) => Math.log1p(count));
    return { rows: texts.length, columns: 0x10000, offsets, indices, values };
  };
  return {
    vocabularySize: 0x10000,
    fingerprint: 'letters',
    encodeQueries: encode,
    encodeDocuments: (documents, options) =>
      encode(
        documents.map((document) => (typeof document === 'string' ? document : fullText(document))),
        options,
      ),
  };
}

function countsOf(text: string): Map<number, number> {
  const counts = new Map<number, number>();
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  return counts;
}
