import type { CallOptions, SparseEmbedder, SparseMatrix } from '@sluice/core';
import { expect } from 'vitest';
import { batches, plainTexts } from '../embedder/encoder-texts.js';
import { callChecks } from '../embedder/encoding-checks.js';
import { closeCheck } from '../embedder/model-checks.js';
import type { Check, KitOptions } from '../kit/check.js';
import { forAll } from '../kit/property.js';
import { runChecks } from '../kit/run-checks.js';
import { hardTexts } from '../retriever/corpora.js';
import { expectSameSparse, expectSparse, stackedSparse } from './expect-sparse-matrix.js';

/** Makes a sparse embedder, of the same model each time. */
export type SparseEmbedderFactory = () => SparseEmbedder | Promise<SparseEmbedder>;

export interface SparseEmbedderKitOptions extends KitOptions {
  /**
   * How far a weight may be from itself in another batch.
   * @default 1e-5
   */
  readonly tolerance?: number;
  /** Embedders that must not have its fingerprint. */
  readonly others?: readonly SparseEmbedderFactory[];
  /**
   * Random batches for each property; models are slow.
   * @default 10
   */
  readonly runs?: number;
}

/**
 * Registers the contract of {@link SparseEmbedder} as a vitest suite.
 *
 * @param factory makes the embedder; one is shared by most checks, some make another and close it
 */
export function testSparseEmbedder(
  name: string,
  factory: SparseEmbedderFactory,
  options: SparseEmbedderKitOptions = {},
): void {
  runChecks(`${name} is a SparseEmbedder`, sparseEmbedderChecks(factory, options), options.skip);
}

/** The same checks as a list, to be run by hand. */
export function sparseEmbedderChecks(factory: SparseEmbedderFactory, options: SparseEmbedderKitOptions = {}): Check[] {
  const { tolerance = 1e-5, others = [], runs = 10, seed } = options;
  const fresh = async (): Promise<SparseEmbedder> => await factory();
  let made: Promise<SparseEmbedder> | undefined;
  const shared = (): Promise<SparseEmbedder> => {
    made ??= fresh();
    return made;
  };
  const subject = { fresh, shared, others, tolerance, options: seed === undefined ? { runs } : { runs, seed } };
  return [...modelChecks(subject), ...encodings.flatMap((encoding) => encodingChecks(subject, encoding))];
}

interface SparseEmbedderSubject {
  readonly shared: () => Promise<SparseEmbedder>;
  readonly fresh: () => Promise<SparseEmbedder>;
  readonly others: readonly SparseEmbedderFactory[];
  readonly tolerance: number;
  readonly options: KitOptions;
}

interface Encoding {
  readonly what: 'queries' | 'documents';
  readonly encode: (embedder: SparseEmbedder, texts: readonly string[], options?: CallOptions) => Promise<SparseMatrix>;
}

const encodings: readonly Encoding[] = [
  { what: 'queries', encode: (embedder, texts, options) => embedder.encodeQueries(texts, options) },
  { what: 'documents', encode: (embedder, texts, options) => embedder.encodeDocuments(texts, options) },
];

function encodingChecks({ shared, tolerance, options }: SparseEmbedderSubject, { what, encode }: Encoding): Check[] {
  return [
    {
      name: `encodes ${what}: one row each, positive weights of rising terms within the vocabulary`,
      check: () =>
        forAll(batches, options, async (texts) => {
          const embedder = await shared();
          const encoded = await encode(embedder, texts);
          expectSparse(encoded, { rows: texts.length, columns: embedder.vocabularySize });
        }),
    },
    {
      name: `encodes ${what} alone as in a batch, in their order`,
      check: () =>
        forAll(batches, options, async (texts) => {
          const embedder = await shared();
          const batch = await encode(embedder, texts);
          const alone: SparseMatrix[] = [];
          for (const text of texts) alone.push(await encode(embedder, [text]));
          expectSameSparse(
            batch,
            stackedSparse(alone, embedder.vocabularySize),
            tolerance,
            'a batch and its texts alone',
          );
        }),
    },
    {
      name: `encodes ${what} that are empty, very long, broken, or in any script, and none`,
      check: async () => {
        const embedder = await shared();
        const columns = embedder.vocabularySize;
        expectSparse(await encode(embedder, hardTexts), { rows: hardTexts.length, columns });
        expectSparse(await encode(embedder, []), { rows: 0, columns });
      },
    },
    {
      name: `finds terms in ${what} with words`,
      check: async () => {
        const { offsets } = await encode(await shared(), plainTexts);
        for (let row = 0; row < plainTexts.length; row++) expect(offsets[row + 1]).toBeGreaterThan(offsets[row] ?? 0);
      },
    },
    ...callChecks({ options }, what, async (texts, call) => encode(await shared(), texts, call)),
  ];
}

function modelChecks({ shared, fresh, others, tolerance }: SparseEmbedderSubject): Check[] {
  return [
    {
      name: 'states its vocabulary and fingerprint; two of the same model share it and agree, others do not',
      check: async () => {
        const [one, other] = [await shared(), await fresh()];
        expect(Number.isInteger(one.vocabularySize) && one.vocabularySize >= 1).toBe(true);
        expect(one.fingerprint).toMatch(/\S/);
        expect(other.fingerprint).toBe(one.fingerprint);
        const [left, right] = [await one.encodeDocuments(plainTexts), await other.encodeDocuments(plainTexts)];
        expectSameSparse(right, left, tolerance, 'two of the same model');
        await other.close?.();
        for (const factory of others) {
          const different = await factory();
          expect(different.fingerprint).not.toBe(one.fingerprint);
          await different.close?.();
        }
      },
    },
    {
      name: 'encodes documents with and without title, and a text as a document without',
      check: async () => {
        const embedder = await shared();
        const [text = ''] = plainTexts;
        const documents = [
          text,
          { text },
          { text, title: 'Oceans' },
          { text: '', title: 'Oceans' },
          { text, title: '' },
        ];
        expectSparse(await embedder.encodeDocuments(documents), { rows: 5, columns: embedder.vocabularySize });
        const [asText, asDocument] = [
          await embedder.encodeDocuments([text]),
          await embedder.encodeDocuments([{ text }]),
        ];
        expectSameSparse(asDocument, asText, tolerance, 'a text and a document without title');
      },
    },
    closeCheck(fresh, (embedder) => [
      () => embedder.encodeQueries(['tides']),
      () => embedder.encodeDocuments(['tides']),
    ]),
  ];
}
