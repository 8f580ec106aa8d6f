import type { CallOptions, Embedder, EncodeOptions, Matrix } from '@sluice/core';
import { expect } from 'vitest';
import { expectAbortable } from '../kit/abort.js';
import type { Check } from '../kit/check.js';
import { forAll } from '../kit/property.js';
import { expectRefusal } from '../kit/refusal.js';
import { expectSoundProgress } from '../kit/sound-progress.js';
import { hardTexts } from '../retriever/corpora.js';
import type { EmbedderSubject } from './embedder-subject.js';
import { batches, plainTexts } from './encoder-texts.js';
import { expectEncoded, expectSameMatrix, stacked, truncated } from './expect-matrix.js';

/** The two encoding methods, which promise the same of texts. */
export interface Encoding {
  readonly what: 'queries' | 'documents';
  readonly encode: (embedder: Embedder, texts: readonly string[], options?: EncodeOptions) => Promise<Matrix>;
}

export const encodings: readonly Encoding[] = [
  { what: 'queries', encode: (embedder, texts, options) => embedder.encodeQueries(texts, options) },
  { what: 'documents', encode: (embedder, texts, options) => embedder.encodeDocuments(texts, options) },
];

/** What `encodeQueries` and `encodeDocuments` both promise. */
export function encodingChecks(subject: EmbedderSubject, { what, encode }: Encoding): Check[] {
  const { shared, options, tolerance } = subject;
  return [
    {
      name: `encodes ${what}: one finite row each, of unit length under cosine`,
      check: () =>
        forAll(batches, options, async (texts) => {
          const embedder = await shared();
          const encoded = await encode(embedder, texts);
          expectEncoded(encoded, embedder, { rows: texts.length, columns: embedder.dimensions });
        }),
    },
    {
      name: `encodes ${what} alone as in a batch, in their order`,
      check: () =>
        forAll(batches, options, async (texts) => {
          const embedder = await shared();
          const batch = await encode(embedder, texts);
          const alone: Matrix[] = [];
          for (const text of texts) alone.push(await encode(embedder, [text]));
          expectSameMatrix(batch, stacked(alone, embedder.dimensions), tolerance, 'a batch and its texts alone');
        }),
    },
    {
      name: `encodes ${what} that are empty, very long, broken, or in any script`,
      check: async () => {
        const embedder = await shared();
        const encoded = await encode(embedder, hardTexts);
        expectEncoded(encoded, embedder, { rows: hardTexts.length, columns: embedder.dimensions });
      },
    },
    {
      name: `encodes no ${what} to no rows`,
      check: async () => {
        const embedder = await shared();
        expectEncoded(await encode(embedder, []), embedder, { rows: 0, columns: embedder.dimensions });
      },
    },
    {
      name: `tells ${what} with different words apart`,
      check: async () => {
        const { data, columns } = await encode(await shared(), ['the tide is rising', 'bread and butter']);
        expect([...data.subarray(0, columns)]).not.toEqual([...data.subarray(columns)]);
      },
    },
    ...dimensionChecks(subject, { what, encode }),
    ...callChecks(subject, what, async (texts, call) => encode(await shared(), texts, call)),
  ];
}

/** What any call that encodes promises of signals, progress and its arguments. */
export function callChecks(
  { options }: Pick<EmbedderSubject, 'options'>,
  what: string,
  encode: (texts: readonly string[], options?: CallOptions) => Promise<unknown>,
): Check[] {
  const many = Array.from({ length: 12 }, () => plainTexts).flat();
  return [
    {
      name: `rejects with the reason of its signal while encoding ${what}`,
      check: () => expectAbortable((signal) => encode(many, { signal })),
    },
    {
      name: `tells its progress with ${what}, if it does, and stops when the listener throws`,
      check: () => expectSoundProgress((onProgress) => encode(many, { onProgress })),
    },
    {
      name: `leaves the list of ${what} as it was`,
      check: () =>
        forAll(batches, options, async (texts) => {
          await encode(Object.freeze([...texts]));
        }),
    },
  ];
}

function dimensionChecks({ shared, tolerance }: EmbedderSubject, { what, encode }: Encoding): Check[] {
  return [
    {
      name: `fewer dimensions of ${what} are the leading ones, renormalised under cosine`,
      check: async () => {
        const embedder = await shared();
        const full = await encode(embedder, plainTexts);
        for (const dimensions of new Set([1, Math.ceil(embedder.dimensions / 2), embedder.dimensions])) {
          const fewer = await encode(embedder, plainTexts, { dimensions });
          // Dividing by a short length magnifies what the full rows may differ by.
          const magnified = tolerance * (dimensions === 1 ? 100 : 4);
          expectSameMatrix(fewer, truncated(full, dimensions, embedder), magnified, `${dimensions} dimensions`);
        }
      },
    },
    {
      name: `refuses dimensions of ${what} that are not 1 to the model's own`,
      check: async () => {
        const embedder = await shared();
        for (const dimensions of [0, -1, 1.5, Number.NaN, embedder.dimensions + 1]) {
          const why = `dimensions: ${dimensions}`;
          await expectRefusal(
            () => encode(embedder, ['tides'], { dimensions }),
            { code: 'SLUICE_INVALID_OPTIONS' },
            why,
          );
        }
      },
    },
  ];
}
