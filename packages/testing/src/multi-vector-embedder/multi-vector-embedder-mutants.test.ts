import type { CallOptions, MultiVectorEmbedder, MultiVectors } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { expectCaught, withChanged } from '../kit/expect-caught.js';
import { failedChecks } from '../kit/run-checks.js';
import { multiVectorEmbedderChecks, testMultiVectorEmbedder } from './test-multi-vector-embedder.js';
import { wordVectors } from './word-vectors.js';

testMultiVectorEmbedder('wordVectors', () => wordVectors(), { others: [() => wordVectors({ dimensions: 8 })] });

type Encode = (texts: readonly string[], options?: CallOptions) => Promise<MultiVectors>;

const WELL_FORMED = 'encodes queries: vectors between rising offsets, finite, of unit length under cosine';
const ALONE = 'encodes queries alone as in a batch, in their order';
const FACTS =
  'states its dimensions, similarity and fingerprint; two of the same model share it and agree, others do not';

const broken: readonly { why: string; caughtBy: string; change: (encode: Encode) => Encode }[] = [
  {
    why: 'vectors longer than 1',
    caughtBy: WELL_FORMED,
    change: (encode) => async (texts) => changed(await encode(texts), (value) => value * 1.001),
  },
  {
    why: 'vectors of zeros',
    caughtBy: WELL_FORMED,
    change: (encode) => async (texts) => changed(await encode(texts), () => 0),
  },
  {
    why: 'offsets cut off',
    caughtBy: WELL_FORMED,
    change: (encode) => async (texts) => {
      const encoded = await encode(texts);
      return { ...encoded, offsets: encoded.offsets.slice(0, -1) };
    },
  },
  {
    why: 'offsets that end before the vectors do',
    caughtBy: WELL_FORMED,
    change: (encode) => async (texts) => {
      const encoded = await encode(texts);
      return { ...encoded, offsets: encoded.offsets.map((offset) => Math.max(0, offset - 1)) };
    },
  },
  {
    why: 'texts in order of length',
    caughtBy: ALONE,
    change: (encode) => (texts) => encode(texts.toSorted((left, right) => left.length - right.length)),
  },
  {
    why: 'texts filled up to the longest of the batch',
    caughtBy: ALONE,
    change: (encode) => (texts) => {
      const longest = Math.max(0, ...texts.map((text) => text.length));
      return encode(texts.map((text) => `${text}${' mask'.repeat(longest - text.length)}`));
    },
  },
  {
    why: 'a crash on lone surrogates',
    caughtBy: 'encodes queries that are empty, very long, broken, or in any script, and none',
    change: (encode) => async (texts) => {
      for (const text of texts) encodeURIComponent(text);
      return encode(texts);
    },
  },
  {
    why: 'nothing found at all',
    caughtBy: 'finds vectors in queries with words, and tells different words apart',
    change: () => async (texts) => ({
      texts: texts.length,
      offsets: new Uint32Array(texts.length + 1),
      vectors: { data: new Float32Array(0), rows: 0, columns: 16 },
    }),
  },
  {
    why: 'signals ignored',
    caughtBy: 'rejects with the reason of its signal while encoding queries',
    change: (encode) => (texts) => encode(texts),
  },
];

it('breaking nothing is not caught', async () => {
  expect(await failedChecks(multiVectorEmbedderChecks(() => withChanged(wordVectors(), {})))).toEqual([]);
});

describe('a broken multi-vector embedder is caught', () => {
  it.each(broken)('$why', async ({ change, caughtBy }) => {
    const make = (): MultiVectorEmbedder => {
      const embedder = wordVectors();
      return withChanged(embedder, { encodeQueries: change((...call) => embedder.encodeQueries(...call)) });
    };
    await expectCaught(multiVectorEmbedderChecks(make, { seed: 5 }), caughtBy);
  });

  let made = 0;
  it.each<{ why: string; caughtBy: string; change: (embedder: MultiVectorEmbedder) => Partial<MultiVectorEmbedder> }>([
    { why: 'another fingerprint each time', caughtBy: FACTS, change: () => ({ fingerprint: `model-${made++}` }) },
    { why: 'a fingerprint without dimensions', caughtBy: FACTS, change: () => ({ fingerprint: 'words-8' }) },
    {
      why: 'titles left out',
      caughtBy: 'encodes documents with and without title, and a text as a document without',
      change: (embedder) => ({
        encodeDocuments: (documents, options) =>
          embedder.encodeDocuments(
            documents.map((each) => (typeof each === 'string' ? each : each.text)),
            options,
          ),
      }),
    },
    {
      why: 'answers after the end',
      caughtBy: 'closes twice without harm, and refuses calls after it, if it closes',
      change: () => ({ close: async () => {} }),
    },
  ])('$why', async ({ change, caughtBy }) => {
    const make = (): MultiVectorEmbedder => {
      const embedder = wordVectors();
      return withChanged(embedder, change(embedder));
    };
    const others = [() => wordVectors({ dimensions: 8 })];
    await expectCaught(multiVectorEmbedderChecks(make, { seed: 5, others }), caughtBy);
  });
});

function changed(encoded: MultiVectors, change: (value: number) => number): MultiVectors {
  return { ...encoded, vectors: { ...encoded.vectors, data: encoded.vectors.data.map(change) } };
}
