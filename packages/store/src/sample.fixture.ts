import type { Document, SavedIndex } from '@sluice/core';
import type { Directory } from '@sluice/files';
import fc from 'fast-check';
import { openStore } from './reading/open-store.js';
import { openStoreWriter } from './writing/open-store-writer.js';

/** Documents with every kind of field; ids do not come in order. */
export const SAMPLE: readonly Document[] = [
  {
    id: 'b',
    text: 'Schleusen lassen nur durch, was hineingehört.',
    title: 'Schleuse',
    metadata: { year: 2020, tags: ['water', 7, true] },
  },
  { id: 'a', text: '', metadata: { year: 2021, note: null, 'feld ü': 'ß' } },
  { id: 'é', text: 'naïve café \u{1f600}', title: '' },
  { id: 'aa', text: 'x'.repeat(20_000) },
];

/** An index of nothing in particular. */
export function sampleIndex(byte: number): SavedIndex {
  return { kind: 'sample', version: 1, header: { byte }, blocks: { bytes: new Uint8Array(100).fill(byte) } };
}

/** Any document, with the id given later: `withIds`. */
const contents: fc.Arbitrary<Omit<Document, 'id'>> = fc.record(
  {
    text: fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 50 }),
      fc.nat(3000).map((length) => 'lorem '.repeat(length)),
    ),
    title: fc.string({ unit: 'grapheme', maxLength: 10 }),
    metadata: fc.dictionary(
      fc.string({ maxLength: 5 }).filter((name) => name !== '__proto__'),
      fc.oneof(
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.string({ unit: 'grapheme' }),
        fc.array(fc.oneof(fc.integer(), fc.string({ unit: 'grapheme' }), fc.boolean()), { maxLength: 3 }),
      ),
      { maxKeys: 4 },
    ),
  },
  { requiredKeys: ['text'] },
);

const ids = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  fc.nat(5000).map((n) => `doc-${n}`),
);

/** Up to 40 documents, each with an id of its own. */
export const collections: fc.Arbitrary<Document[]> = fc.uniqueArray(
  fc.tuple(ids, contents).map(([id, rest]): Document => ({ id, ...rest })),
  { selector: ({ id }) => id, maxLength: 40 },
);

/** Adds the documents as one segment with a part called `sample`, and commits. */
export async function commitSegment(directory: Directory, documents: readonly Document[], byte = 1): Promise<number> {
  const writer = await openStoreWriter(directory);
  try {
    const segment = await writer.addSegment();
    await segment.add(documents);
    await segment.attach('sample', sampleIndex(byte), { fingerprint: 'sample-1' });
    return await writer.commit();
  } finally {
    await writer.close();
  }
}

/** All documents of the newest commit. */
export async function readAll(directory: Directory): Promise<Document[]> {
  const snapshot = await openStore(directory);
  try {
    const documents: Document[] = [];
    for await (const batch of snapshot.scan()) documents.push(...batch);
    return documents;
  } finally {
    await snapshot.close();
  }
}
