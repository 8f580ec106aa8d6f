import { type Embedder, type EncodeOptions, type Matrix, rowOf } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { expectCaught, withChanged } from '../kit/expect-caught.js';
import { failedChecks } from '../kit/run-checks.js';
import { hashedEmbedder } from './hashed-embedder.js';
import { embedderChecks } from './test-embedder.js';

type Encode = (texts: readonly string[], options?: EncodeOptions) => Promise<Matrix>;

const broken: readonly { why: string; caughtBy: string; change: (encode: Encode) => Encode }[] = [
  {
    why: 'rows longer than 1',
    caughtBy: 'encodes queries: one finite row each, of unit length under cosine',
    change: (encode) => async (texts, options) => changed(await encode(texts, options), (value) => value * 1.001),
  },
  {
    why: 'NaN for the empty text',
    caughtBy: 'encodes queries that are empty, very long, broken, or in any script',
    change: (encode) => async (texts, options) =>
      changed(await encode(texts, options), (value, row) => (texts[row] === '' ? Number.NaN : value)),
  },
  {
    why: 'rows that depend on the batch',
    caughtBy: 'encodes queries alone as in a batch, in their order',
    change: (encode) => async (texts, options) =>
      encode(
        texts.map((text) => `${text} ${texts.length}`),
        options,
      ),
  },
  {
    why: 'rows in order of length',
    caughtBy: 'encodes queries alone as in a batch, in their order',
    change: (encode) => (texts, options) =>
      encode(
        texts.toSorted((left, right) => left.length - right.length),
        options,
      ),
  },
  {
    why: 'a crash on lone surrogates',
    caughtBy: 'encodes queries that are empty, very long, broken, or in any script',
    change: (encode) => async (texts, options) => {
      for (const text of texts) encodeURIComponent(text);
      return encode(texts, options);
    },
  },
  {
    why: 'one vector for everything',
    caughtBy: 'tells queries with different words apart',
    change: (encode) => (texts, options) =>
      encode(
        texts.map(() => 'same'),
        options,
      ),
  },
  {
    why: 'fewer dimensions not renormalised',
    caughtBy: 'fewer dimensions of queries are the leading ones, renormalised under cosine',
    change:
      (encode) =>
      async (texts, { dimensions, ...rest } = {}) => {
        const full = await encode(texts, rest);
        const columns = dimensions ?? full.columns;
        const rows = Array.from({ length: full.rows }, (_, row) => [...rowOf(full, row).subarray(0, columns)]);
        return { data: Float32Array.from(rows.flat()), rows: full.rows, columns };
      },
  },
  {
    why: 'too many dimensions taken for all',
    caughtBy: "refuses dimensions of queries that are not 1 to the model's own",
    change:
      (encode) =>
      (texts, { dimensions = 16, ...rest } = {}) =>
        encode(texts, { ...rest, dimensions: Math.min(dimensions, 16) }),
  },
  {
    why: 'signals ignored',
    caughtBy: 'rejects with the reason of its signal while encoding queries',
    change:
      (encode) =>
      (texts, { signal: _, ...rest } = {}) =>
        encode(texts, rest),
  },
  {
    why: 'progress that falls',
    caughtBy: 'tells its progress with queries, if it does, and stops when the listener throws',
    change:
      (encode) =>
      (texts, { onProgress, ...rest } = {}) =>
        encode(texts, { ...rest, onProgress: (told) => onProgress?.({ ...told, done: texts.length - told.done }) }),
  },
  {
    why: 'errors of the listener swallowed',
    caughtBy: 'tells its progress with queries, if it does, and stops when the listener throws',
    change:
      (encode) =>
      (texts, { onProgress, ...rest } = {}) =>
        encode(texts, {
          ...rest,
          onProgress: (told) => {
            try {
              onProgress?.(told);
            } catch {}
          },
        }),
  },
];

it('breaking nothing is not caught', async () => {
  expect(await failedChecks(embedderChecks(() => withChanged(hashedEmbedder(), {})))).toEqual([]);
});

describe('a broken embedder is caught', () => {
  it.each(broken)('$why', async ({ change, caughtBy }) => {
    const make = (): Embedder => {
      const embedder = hashedEmbedder();
      return withChanged(embedder, { encodeQueries: change((...call) => embedder.encodeQueries(...call)) });
    };
    await expectCaught(embedderChecks(make, { seed: 5 }), caughtBy);
  });

  let made = 0;
  it.each<{ why: string; caughtBy: string; change: (embedder: Embedder) => Partial<Embedder> }>([
    {
      why: 'another fingerprint each time',
      caughtBy: 'two of the same model have one fingerprint and agree',
      change: () => ({ fingerprint: `model-${made++}` }),
    },
    {
      why: 'a fingerprint that does not tell dimensions',
      caughtBy: 'embedders that differ have other fingerprints',
      change: () => ({ fingerprint: 'hashed-8-cosine' }),
    },
    {
      why: 'titles that are not there, spelled out',
      caughtBy: 'encodes documents with and without title, and a text as a document without',
      change: (embedder) => ({
        encodeDocuments: (documents, options) =>
          embedder.encodeDocuments(
            documents.map((each) => (typeof each === 'string' ? each : `${each.title} ${each.text}`)),
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
    const make = (): Embedder => {
      const embedder = hashedEmbedder();
      return withChanged(embedder, change(embedder));
    };
    const others = [() => hashedEmbedder({ dimensions: 8 })];
    await expectCaught(embedderChecks(make, { seed: 5, others }), caughtBy);
  });
});

function changed({ data, rows, columns }: Matrix, change: (value: number, row: number) => number): Matrix {
  return { data: data.map((value, at) => change(value, Math.floor(at / columns))), rows, columns };
}
