import { type CallOptions, fullText, type SparseEmbedder, type SparseMatrix } from '@sluice/core';
import { describe, it } from 'vitest';
import { expectCaught, withChanged } from '../kit/expect-caught.js';
import { sparseEmbedderChecks, testSparseEmbedder } from './test-sparse-embedder.js';

testSparseEmbedder('letter counts', letterCounts);

describe('a broken sparse embedder is caught', () => {
  const WELL_FORMED = 'encodes queries: one row each, positive weights of rising terms within the vocabulary';

  it.each<{ why: string; caughtBy: string; change: (encoded: SparseMatrix) => Partial<SparseMatrix> }>([
    { why: 'a weight of 0', caughtBy: WELL_FORMED, change: ({ values }) => ({ values: values.map(() => 0) }) },
    { why: 'a negative weight', caughtBy: WELL_FORMED, change: ({ values }) => ({ values: values.map((v) => -v) }) },
    {
      why: 'terms in falling order',
      caughtBy: WELL_FORMED,
      change: ({ indices }) => ({ indices: indices.toReversed() }),
    },
    { why: 'a term too many', caughtBy: WELL_FORMED, change: ({ columns }) => ({ columns: columns + 1 }) },
    { why: 'offsets cut off', caughtBy: WELL_FORMED, change: ({ offsets }) => ({ offsets: offsets.slice(0, -1) }) },
    {
      why: 'weights that depend on the batch',
      caughtBy: 'encodes queries alone as in a batch, in their order',
      change: ({ values, rows }) => ({ values: values.map((value) => value / rows) }),
    },
    {
      why: 'nothing found at all',
      caughtBy: 'finds terms in queries with words',
      change: ({ offsets }) => ({
        offsets: offsets.map(() => 0),
        indices: new Uint32Array(0),
        values: new Float32Array(0),
      }),
    },
  ])('$why', async ({ change, caughtBy }) => {
    const make = (): SparseEmbedder => {
      const embedder = letterCounts();
      return withChanged(embedder, {
        encodeQueries: async (...call) => {
          const encoded = await embedder.encodeQueries(...call);
          return { ...encoded, ...change(encoded) };
        },
      });
    };
    await expectCaught(sparseEmbedderChecks(make, { seed: 3 }), caughtBy);
  });
});

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
