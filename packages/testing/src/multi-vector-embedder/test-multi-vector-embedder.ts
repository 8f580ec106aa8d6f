import type { CallOptions, MultiVectorEmbedder, MultiVectors } from '@sluice/core';
import { vectorsOf } from '@sluice/core';
import { expect } from 'vitest';
import { batches, plainTexts } from '../embedder/encoder-texts.js';
import { callChecks } from '../embedder/encoding-checks.js';
import { closeCheck } from '../embedder/model-checks.js';
import type { Check, KitOptions } from '../kit/check.js';
import { forAll } from '../kit/property.js';
import { runChecks } from '../kit/run-checks.js';
import { hardTexts } from '../retriever/corpora.js';
import { expectMultiVectors, expectSameAlone, expectSameMultiVectors } from './expect-multi-vectors.js';

/** Makes a multi-vector embedder, of the same model each time. */
export type MultiVectorEmbedderFactory = () => MultiVectorEmbedder | Promise<MultiVectorEmbedder>;

export interface MultiVectorEmbedderKitOptions extends KitOptions {
  /**
   * How far a number of a vector may be from itself in another batch.
   * @default 1e-6, the contract's
   */
  readonly tolerance?: number;
  /** Embedders that must not have its fingerprint: other weights, lengths, markers, or merging. */
  readonly others?: readonly MultiVectorEmbedderFactory[];
  /**
   * Random batches for each property; models are slow.
   * @default 10
   */
  readonly runs?: number;
}

/**
 * Registers the contract of {@link MultiVectorEmbedder} as a vitest suite.
 *
 * @param factory makes the embedder; one is shared by most checks, some make another and close it
 * @example testMultiVectorEmbedder('colbert', () => colbertEmbedder({ model }));
 */
export function testMultiVectorEmbedder(
  name: string,
  factory: MultiVectorEmbedderFactory,
  options: MultiVectorEmbedderKitOptions = {},
): void {
  runChecks(`${name} is a MultiVectorEmbedder`, multiVectorEmbedderChecks(factory, options), options.skip);
}

/** The same checks as a list, to be run by hand. */
export function multiVectorEmbedderChecks(
  factory: MultiVectorEmbedderFactory,
  options: MultiVectorEmbedderKitOptions = {},
): Check[] {
  const { tolerance = 1e-6, others = [], runs = 10, seed } = options;
  const fresh = async (): Promise<MultiVectorEmbedder> => await factory();
  let made: Promise<MultiVectorEmbedder> | undefined;
  const shared = (): Promise<MultiVectorEmbedder> => {
    made ??= fresh();
    return made;
  };
  const subject = { fresh, shared, others, tolerance, options: seed === undefined ? { runs } : { runs, seed } };
  return [...modelChecks(subject), ...encodings.flatMap((encoding) => encodingChecks(subject, encoding))];
}

interface MultiVectorEmbedderSubject {
  readonly shared: () => Promise<MultiVectorEmbedder>;
  readonly fresh: () => Promise<MultiVectorEmbedder>;
  readonly others: readonly MultiVectorEmbedderFactory[];
  readonly tolerance: number;
  readonly options: KitOptions;
}

interface Encoding {
  readonly what: 'queries' | 'documents';
  readonly encode: (
    embedder: MultiVectorEmbedder,
    texts: readonly string[],
    options?: CallOptions,
  ) => Promise<MultiVectors>;
}

const encodings: readonly Encoding[] = [
  { what: 'queries', encode: (embedder, texts, options) => embedder.encodeQueries(texts, options) },
  { what: 'documents', encode: (embedder, texts, options) => embedder.encodeDocuments(texts, options) },
];

function encodingChecks(subject: MultiVectorEmbedderSubject, { what, encode }: Encoding): Check[] {
  const { shared, tolerance, options } = subject;
  return [
    {
      name: `encodes ${what}: vectors between rising offsets, finite, of unit length under cosine`,
      check: () =>
        forAll(batches, options, async (texts) => {
          const embedder = await shared();
          expectMultiVectors(await encode(embedder, texts), embedder, texts.length);
        }),
    },
    {
      name: `encodes ${what} alone as in a batch, in their order`,
      check: () =>
        forAll(batches, options, async (texts) => {
          const embedder = await shared();
          const batch = await encode(embedder, texts);
          for (const [at, text] of texts.entries()) {
            expectSameAlone(batch, at, await encode(embedder, [text]), tolerance);
          }
        }),
    },
    {
      name: `encodes ${what} that are empty, very long, broken, or in any script, and none`,
      check: async () => {
        const embedder = await shared();
        expectMultiVectors(await encode(embedder, hardTexts), embedder, hardTexts.length);
        expectMultiVectors(await encode(embedder, []), embedder, 0);
      },
    },
    {
      name: `finds vectors in ${what} with words, and tells different words apart`,
      check: async () => {
        const encoded = await encode(await shared(), plainTexts);
        const found = plainTexts.map((_, text) => [...vectorsOf(encoded, text).data]);
        for (const [text, data] of found.entries()) expect(data.length, `vectors of text ${text}`).toBeGreaterThan(0);
        expect(new Set(found.map((data) => data.join())).size, 'different texts').toBe(plainTexts.length);
      },
    },
    ...callChecks({ options }, what, async (texts, call) => encode(await shared(), texts, call)),
  ];
}

function modelChecks(subject: MultiVectorEmbedderSubject): Check[] {
  const { shared, fresh, others, tolerance } = subject;
  return [
    {
      name: 'states its dimensions, similarity and fingerprint; two of the same model share it and agree, others do not',
      check: async () => {
        const [one, other] = [await shared(), await fresh()];
        expect(Number.isInteger(one.dimensions) && one.dimensions >= 1, `dimensions: ${one.dimensions}`).toBe(true);
        expect(['cosine', 'dot']).toContain(one.similarity);
        expect(one.fingerprint).toMatch(/\S/);
        expect(other.fingerprint).toBe(one.fingerprint);
        const [left, right] = [await one.encodeDocuments(plainTexts), await other.encodeDocuments(plainTexts)];
        expectSameMultiVectors(right, left, tolerance, 'two of the same model');
        await other.close?.();
        const fingerprints = [one.fingerprint];
        for (const factory of others) {
          const different = await factory();
          fingerprints.push(different.fingerprint);
          await different.close?.();
        }
        expect(new Set(fingerprints).size, fingerprints.join(', ')).toBe(fingerprints.length);
      },
    },
    {
      name: 'encodes documents with and without title, and a text as a document without',
      check: async () => {
        const embedder = await shared();
        const [text = ''] = plainTexts;
        const titled = [text, { text }, { text, title: 'Oceans' }, { text: '', title: 'Oceans' }, { text, title: '' }];
        const encoded = await embedder.encodeDocuments(titled);
        expectMultiVectors(encoded, embedder, titled.length);
        expectSameMultiVectors(
          await embedder.encodeDocuments([{ text }]),
          await embedder.encodeDocuments([text]),
          tolerance,
          'a text and a document without title',
        );
        const [plain, withTitle] = [vectorsOf(encoded, 0), vectorsOf(encoded, 2)];
        expect([...withTitle.data], 'a title is encoded').not.toEqual([...plain.data]);
      },
    },
    closeCheck(fresh, (embedder) => [
      () => embedder.encodeQueries(['tides']),
      () => embedder.encodeDocuments(['tides']),
    ]),
  ];
}
